//! The macro behind the table of settings: one line per key gives the flag, the environment
//! variable, the file's key, the field and the documentation.

/// One key of the table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Name in the file and, with hyphens, of the flag.
    pub name: &'static str,
    /// Environment variable.
    pub env: &'static str,
    /// Default as text, if there is one.
    pub default: Option<&'static str>,
    /// One sentence in English and Chinese.
    pub help: &'static str,
}

macro_rules! settings {
    (
        values { $($key:ident: $type:ty = $default:literal, $env:literal, $help:literal;)+ }
        options { $($option:ident: $option_type:ty, $option_env:literal, $option_help:literal;)+ }
    ) => {
        /// The settings of one source; keys it does not name are `None`.
        #[derive(Debug, Clone, Default, clap::Args, serde::Deserialize)]
        #[command(next_help_heading = "Settings 配置项")]
        #[serde(default, deny_unknown_fields)]
        pub struct SettingsLayer {
            $(
                #[doc = $help]
                #[arg(long, env = $env, hide_env_values = true,
                    help = concat!($help, " [default: ", $default, "]"))]
                pub $key: Option<$type>,
            )+
            $(
                #[doc = $option_help]
                #[arg(long, env = $option_env, hide_env_values = true)]
                pub $option: Option<$option_type>,
            )+
        }

        impl SettingsLayer {
            /// This layer, with `lower` where it is silent.
            #[must_use]
            pub fn over(self, lower: Self) -> Self {
                Self {
                    $($key: self.$key.or(lower.$key),)+
                    $($option: self.$option.or(lower.$option),)+
                }
            }
        }

        /// The settings in force.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $(#[doc = $help] pub $key: $type,)+
            $(#[doc = $option_help] pub $option: Option<$option_type>,)+
        }

        impl Settings {
            fn filled(layer: SettingsLayer) -> Result<Self, ConfigError> {
                Ok(Self {
                    $($key: match layer.$key {
                        Some(value) => value,
                        None => $default
                            .parse()
                            .map_err(|fault| ConfigError::of(stringify!($key), fault))?,
                    },)+
                    $($option: layer.$option,)+
                })
            }
        }

        /// Every key, in the order of the table.
        pub const KEYS: &[table::Key] = &[
            $(table::Key {
                name: stringify!($key), env: $env, default: Some($default), help: $help,
            },)+
            $(table::Key {
                name: stringify!($option), env: $option_env, default: None, help: $option_help,
            },)+
        ];
    };
}
pub(super) use settings;
