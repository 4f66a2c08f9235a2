//! The values of the register's columns in English and Chinese. A word that is not here is a fault.

use crate::{
    kernel::text::squeeze,
    registry::model::{AreaSource, CoOwnership, OwnerKind, UnitUse},
};

fn find<T: Copy>(text: &str, words: &[(T, &[&str])]) -> Option<T> {
    let text = squeeze(text).to_lowercase();
    words.iter().find(|(_, names)| names.contains(&&*text)).map(|(value, _)| *value)
}

pub(super) fn unit_use(text: &str) -> Option<UnitUse> {
    find(
        text,
        &[
            (UnitUse::Residential, &["residential", "住宅", "成套住宅", "居住"]),
            (
                UnitUse::Commercial,
                &["commercial", "商业", "商铺", "店铺", "商业用房", "门面", "门面房", "商业服务"],
            ),
            (UnitUse::Parking, &["parking", "车位", "车库", "停车位", "地下车位", "机动车位"]),
            (
                UnitUse::Storage,
                &["storage", "储藏室", "储藏", "储藏间", "储物间", "仓储", "杂物间", "地下室"],
            ),
        ],
    )
}

pub(super) fn area_source(text: &str) -> Option<AreaSource> {
    find(
        text,
        &[
            (AreaSource::Register, &["register", "登记", "登记簿", "不动产登记簿", "不动产登记"]),
            (AreaSource::Survey, &["survey", "实测", "测绘", "实测面积"]),
            (AreaSource::Contract, &["contract", "合同", "买卖合同", "购房合同"]),
        ],
    )
}

pub(super) fn owner_kind(text: &str) -> Option<OwnerKind> {
    find(
        text,
        &[
            (OwnerKind::Person, &["person", "个人", "自然人"]),
            (
                OwnerKind::Organization,
                &["organization", "organisation", "单位", "企业", "组织", "法人", "机关", "公司"],
            ),
            (
                OwnerKind::Developer,
                &["developer", "开发商", "开发企业", "建设单位", "开发建设单位"],
            ),
        ],
    )
}

pub(super) fn co_ownership(text: &str) -> Option<CoOwnership> {
    find(
        text,
        &[
            (CoOwnership::Sole, &["sole", "单独所有", "单独"]),
            (CoOwnership::Joint, &["joint", "共同共有", "共有"]),
            (CoOwnership::Shares, &["shares", "按份共有", "按份"]),
        ],
    )
}

pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    find(
        text,
        &[
            (true, &["yes", "y", "true", "1", "是", "已交付", "交付", "√"]),
            (false, &["no", "n", "false", "0", "否", "未交付", "×"]),
        ],
    )
}

/// The word that an export and the template write.
pub fn use_word(value: UnitUse) -> &'static str {
    match value {
        UnitUse::Residential => "住宅",
        UnitUse::Commercial => "商业",
        UnitUse::Parking => "车位",
        UnitUse::Storage => "储藏室",
    }
}

/// The word that an export and the template write.
pub fn area_source_word(value: AreaSource) -> &'static str {
    match value {
        AreaSource::Register => "登记",
        AreaSource::Survey => "实测",
        AreaSource::Contract => "合同",
    }
}

/// The word that an export and the template write.
pub fn owner_kind_word(value: OwnerKind) -> &'static str {
    match value {
        OwnerKind::Person => "个人",
        OwnerKind::Organization => "单位",
        OwnerKind::Developer => "开发商",
    }
}

/// The word that an export and the template write.
pub fn co_ownership_word(value: CoOwnership) -> &'static str {
    match value {
        CoOwnership::Sole => "单独所有",
        CoOwnership::Joint => "共同共有",
        CoOwnership::Shares => "按份共有",
    }
}

/// The word that an export and the template write.
pub fn yes_or_no_word(value: bool) -> &'static str {
    if value { "是" } else { "否" }
}

/// The drop-downs of the template: the column's place and its words.
pub static CHOICES: &[(u16, &[&str])] = &[
    (3, &["住宅", "商业", "车位", "储藏室"]),
    (5, &["登记", "实测", "合同"]),
    (6, &["个人", "单位", "开发商"]),
    (10, &["单独所有", "共同共有", "按份共有"]),
    (11, &["是", "否"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in UnitUse::ALL {
            assert_eq!(unit_use(use_word(*value)), Some(*value));
        }
        for value in AreaSource::ALL {
            assert_eq!(area_source(area_source_word(*value)), Some(*value));
        }
        for value in OwnerKind::ALL {
            assert_eq!(owner_kind(owner_kind_word(*value)), Some(*value));
        }
        for value in CoOwnership::ALL {
            assert_eq!(co_ownership(co_ownership_word(*value)), Some(*value));
        }
        for value in [true, false] {
            assert_eq!(yes_or_no(yes_or_no_word(value)), Some(value));
        }
        let counts = [UnitUse::ALL.len(), AreaSource::ALL.len(), OwnerKind::ALL.len()];
        assert!(CHOICES.iter().zip(counts).all(|((_, words), count)| words.len() == count));
    }
}
