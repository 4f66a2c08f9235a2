//! The types of settings: each is checked when it is read, so that nothing else needs to.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use crate::platform::{
    db::DatabaseUrl,
    tlog::{Cosigner, WatchedKey},
};

/// JSON, TOML and the command line read these through the same `FromStr`.
macro_rules! read_as_text {
    ($($name:ident),+) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: String = serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
read_as_text!(DatabaseUrl, HttpUrl, SmtpUrl, SecretText, Proxies, WitnessList, TrustedLogs);

crate::text_enum! {
    /// How the server runs.
    pub enum Mode {
        /// Real accounts, real time.
        Normal = "normal",
        /// Sample accounts with known passwords and a legal clock that can be moved.
        Demo = "demo",
    }
}

crate::text_enum! {
    /// How one-time codes reach people.
    pub enum CodeDelivery {
        /// By SMTP and the SMS webhook, as far as they are set.
        Gateways = "gateways",
        /// Into a list that the demo shows to everybody.
        Inbox = "inbox",
    }
}

crate::text_enum! {
    /// How log lines look.
    pub enum LogFormat {
        /// For people.
        Pretty = "pretty",
        /// One JSON object a line.
        Json = "json",
    }
}

/// An `http://` or `https://` address.
#[derive(Clone)]
pub struct HttpUrl(reqwest::Url);

impl HttpUrl {
    /// The address without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Host, and port where it is not the scheme's own.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl FromStr for HttpUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let url: reqwest::Url = text.parse().map_err(|fault| format!("not an address: {fault}"))?;
        match url.scheme() {
            "http" | "https" => Ok(Self(url)),
            other => Err(format!("unknown scheme {other}://; use https:// or http://")),
        }
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.host_str().unwrap_or_default())
    }
}

/// An `smtp://` or `smtps://` address, with its password.
#[derive(Clone)]
pub struct SmtpUrl(SecretString);

impl SmtpUrl {
    /// The address with its password.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for SmtpUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("smtp" | "smtps", host)) if !host.is_empty() => Ok(Self(text.into())),
            Some((scheme, _)) => {
                Err(format!("unknown scheme {scheme}://; use smtps:// or smtp://"))
            }
            None => Err("expected smtps://<host> or smtp://<host>".to_owned()),
        }
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("smtp://…")
    }
}

/// A secret that no log shows.
#[derive(Clone)]
pub struct SecretText(SecretString);

impl SecretText {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for SecretText {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() < 16 {
            return Err("16 characters at least".to_owned());
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Networks whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Whether `address` is one of the proxies.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Proxies {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let networks: Result<_, _> = words.map(network).collect();
        networks.map(Self)
    }
}

fn network(word: &str) -> Result<IpNet, String> {
    let address = word.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| word.parse())
        .map_err(|_| format!("{word} is neither an address nor a network such as 10.0.0.0/8"))
}

/// A witness: where it is, and its key.
#[derive(Debug, Clone)]
pub struct WitnessUrl {
    /// The address before `/add-checkpoint`.
    pub url: HttpUrl,
    /// By which its cosignatures are known.
    pub cosigner: Cosigner,
}

/// Witnesses that are asked: `URL VKEY`, by comma.
#[derive(Debug, Clone, Default)]
pub struct WitnessList(pub Vec<WitnessUrl>);

impl FromStr for WitnessList {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let witness = |word: &str| {
            let (url, vkey) = word
                .split_once(char::is_whitespace)
                .ok_or_else(|| format!("{word}: an address, a space and a verifier key"))?;
            Ok(WitnessUrl { url: url.parse()?, cosigner: vkey.trim().parse()? })
        };
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(witness).collect::<Result<_, _>>().map(Self)
    }
}

/// Deployments whose logs a witness cosigns. A deployment signs all of its logs by one key under
/// names that begin with its host, so that the verifier key of any of its logs stands for all.
#[derive(Debug, Clone, Default)]
pub struct TrustedLogs(Vec<WatchedKey>);

impl TrustedLogs {
    /// Whether no deployment is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The verifier keys under which a log of this name may be signed; none where its host is unknown.
    #[must_use]
    pub fn vkeys(&self, origin: &str) -> Vec<String> {
        let Some((host, _)) = origin.split_once('/') else { return Vec::new() };
        let keys = self.0.iter().filter(|key| key.name.split('/').next() == Some(host));
        keys.map(|key| key.vkey(origin)).collect()
    }
}

impl FromStr for TrustedLogs {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}
