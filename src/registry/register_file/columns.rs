//! The columns of the owner register, in the order of the template.

use crate::platform::files::table::Column;

/// Places in [`COLUMNS`].
pub(super) mod at {
    pub(in super::super) const UNIT_CODE: usize = 0;
    pub(in super::super) const BUILDING: usize = 1;
    pub(in super::super) const ENTRANCE: usize = 2;
    pub(in super::super) const USE: usize = 3;
    pub(in super::super) const AREA: usize = 4;
    pub(in super::super) const AREA_SOURCE: usize = 5;
    pub(in super::super) const OWNER_KIND: usize = 6;
    pub(in super::super) const OWNER_ID: usize = 7;
    pub(in super::super) const OWNER_NAME: usize = 8;
    pub(in super::super) const PHONE: usize = 9;
    pub(in super::super) const CO_OWNERSHIP: usize = 10;
    pub(in super::super) const DELIVERED: usize = 11;
    pub(in super::super) const DEVELOPER_ID: usize = 12;
    pub(in super::super) const EMAIL: usize = 13;
}

const fn column(
    name: &'static str,
    label: &'static str,
    aliases: &'static [&'static str],
) -> Column {
    Column { name, label, aliases, required: true }
}

const fn optional(column: Column) -> Column {
    Column { required: false, ..column }
}

/// The columns, English and Chinese, with the other names under which offices keep them.
pub static COLUMNS: &[Column] = &[
    column("unit_code", "房号", &["室号", "房屋编号", "房间号", "门牌号", "户号", "unit", "room"]),
    optional(column("building", "楼栋", &["栋", "幢", "楼号", "栋号", "幢号", "楼栋号", "楼幢"])),
    optional(column("entrance", "单元", &["单元号", "门栋", "梯"])),
    column("use", "用途", &["房屋用途", "规划用途", "性质", "房屋性质"]),
    column("area", "面积", &["专有部分面积", "专有面积", "建筑面积", "房屋面积", "产权面积"]),
    column("area_source", "面积来源", &["面积依据", "source"]),
    column("owner_kind", "业主类型", &["业主类别", "业主性质", "产权人类型", "kind"]),
    column(
        "owner_id",
        "证件号",
        &["证件号码", "身份证号", "身份证号码", "业主证件号", "业主证件号码"],
    ),
    optional(column("owner_name", "姓名", &["业主姓名", "业主", "产权人", "业主名称", "name"])),
    optional(column(
        "phone",
        "联系电话",
        &["电话", "手机", "手机号", "手机号码", "联系方式", "mobile"],
    )),
    optional(column("co_ownership", "共有情况", &["共有方式", "共有类型", "coownership"])),
    column("delivered", "已交付", &["是否交付", "交付", "交付情况", "是否已交付"]),
    optional(column(
        "developer_id",
        "开发商证件号",
        &["开发商证件号码", "建设单位证件号", "开发商代码"],
    )),
    optional(column("email", "电子邮箱", &["邮箱", "电子邮件", "mail"])),
];
