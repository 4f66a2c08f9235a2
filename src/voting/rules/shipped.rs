//! The rule packs that the program ships, each with its worked cases.

macro_rules! shipped {
    ($($id:literal),+ $(,)?) => {
        /// Every shipped pack.
        pub const SHIPPED: &[ShippedPack] = &[$(ShippedPack {
            id: $id,
            text: include_str!(concat!("../../../seed/reference/rule-packs/", $id, ".toml")),
            tests: include_str!(concat!("../../../seed/reference/rule-packs/", $id, ".tests.toml")),
        }),+];
    };
}

/// A pack that the program ships.
#[derive(Debug, Clone, Copy)]
pub struct ShippedPack {
    /// Its name for machines.
    pub id: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Its worked cases.
    pub tests: &'static str,
}

shipped![
    "national",
    "beijing",
    "wuhan",
    "hangzhou",
    "shanghai-elevator",
    "ningbo",
    "zhuhai-chengdu-plan",
    "henan-objection",
    "liaocheng",
    "changping-merger",
];

/// The shipped pack of that name.
#[must_use]
pub fn find_shipped(id: &str) -> Option<&'static ShippedPack> {
    SHIPPED.iter().find(|pack| pack.id == id)
}
