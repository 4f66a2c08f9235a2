//! Each fault names its key; each source wins over the one below it.

use super::*;

fn file(text: &str) -> SettingsLayer {
    parse_file(text).unwrap()
}
fn fault_of(text: &str) -> String {
    let fault = parse_file(text).and_then(Settings::from_layer);
    fault.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn every_default_is_a_valid_value() {
    let settings = Settings::from_layer(SettingsLayer::default()).unwrap();
    assert_eq!(settings.listen.port(), 8080);
    assert!(matches!(settings.database_url, DatabaseUrl::Sqlite(_)));
}

#[test]
fn a_higher_layer_wins_and_silence_falls_through() {
    let flags = file("listen = '127.0.0.1:1'");
    let lower = file("listen = '127.0.0.1:2'\nworkers = 7");
    let settings = Settings::from_layer(flags.over(lower)).unwrap();
    assert_eq!((settings.listen.port(), settings.workers.get()), (1, 7));
}

#[test]
fn a_wrong_key_or_value_is_named() {
    assert!(fault_of("listn = 'x'").contains("unknown field `listn`"));
    assert!(fault_of("listen = 'x'").contains("listen"), "{}", fault_of("listen = 'x'"));
    assert!(fault_of("workers = 0").contains("workers"));
    assert!(fault_of("mode = 'test'").contains("mode"));
    assert!(fault_of("trusted_proxies = '10.0.0.0/99'").contains("10.0.0.0/99"));
}

#[test]
fn an_unknown_scheme_is_named() {
    assert!(fault_of("database_url = 'postgrs://h/d'").contains("scheme postgrs is unknown"));
    assert!(fault_of("database_url = 'data.db'").contains("use sqlite://"));
    assert!(fault_of("public_url = 'ftp://h'").contains("unknown scheme ftp://"));
    assert!(fault_of("smtp_url = 'http://h'").contains("unknown scheme http://"));
}

#[test]
fn values_that_do_not_fit_together_are_refused() {
    assert!(fault_of("code_delivery = 'inbox'").contains("code_delivery"));
    assert!(fault_of("smtp_url = 'smtp://h'").contains("smtp_from"));
    assert!(fault_of("sms_webhook_url = 'https://h'").contains("sms_webhook_secret"));
    assert!(fault_of("access_token_minutes = 61").contains("access_token_minutes"));
}

#[test]
fn an_unknown_variable_of_ours_is_refused() {
    let names = |name: &str| std::iter::once(OsString::from(name));
    assert!(check_environment(names("JIUGAI_LISTEN")).is_ok());
    assert!(check_environment(names("PATH")).is_ok());
    let fault = check_environment(names("JIUGAI_LISTN")).unwrap_err().to_string();
    assert!(fault.contains("JIUGAI_LISTN"));
}

#[test]
fn no_password_reaches_a_log() {
    let layer = file(
        "database_url = 'postgres://u:topsecret@h/d?x=topsecret'\n\
         smtp_url = 'smtp://u:topsecret@h'\nsmtp_from = 'a@b'\n\
         sms_webhook_url = 'https://u:topsecret@h/topsecret'\n\
         sms_webhook_secret = 'topsecrettopsecret'",
    );
    let shown = format!("{:?}", Settings::from_layer(layer).unwrap());
    assert!(!shown.contains("topsecret"), "{shown}");
    assert!(shown.contains("postgres://h/d"));
}

#[test]
fn the_example_file_lists_every_key_and_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, example()).unwrap();
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(stored, example(), "write it anew: UPDATE_GENERATED=1 cargo test config");
    let enabled: String = stored
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") && !line.contains("= \"\"") && !line.contains('('))
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(parse_file(&enabled).is_ok(), "{:?}", parse_file(&enabled));
}
