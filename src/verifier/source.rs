//! Where a log is read from: a directory, a zip or a URL, always by the same relative paths. Every
//! file has a largest size; nothing is written.

use std::{
    fs::File,
    io::{BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use zip::{ZipArchive, result::ZipError};

/// Bytes of a signed note, a key or a certificate at the most.
pub(super) const NOTE: u64 = 1_000_000;
/// Bytes of a hash tile at the most: 256 hashes.
pub(super) const TILE: u64 = 256 * 32;
/// Bytes of an entry bundle at the most: 256 leaves with their lengths.
pub(super) const ENTRIES: u64 = 256 * (2 + 16 * 1024);
/// Bytes of the openings at the most.
pub(super) const OPENINGS: u64 = 512 * 1024 * 1024;

/// A log's files.
#[derive(Debug)]
pub struct Source {
    name: String,
    kind: Kind,
}

enum Kind {
    Directory(PathBuf),
    Zip(Box<ZipArchive<BufReader<File>>>),
    Url(Site),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Directory(_) => "Directory",
            Self::Zip(_) => "Zip",
            Self::Url(_) => "Url",
        })
    }
}

struct Site {
    base: reqwest::Url,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Source {
    /// Opens what `name` names: `http://` or `https://`, a directory, or a zip.
    ///
    /// # Errors
    /// A sentence.
    pub fn open(name: &str) -> Result<Self, String> {
        let unusable =
            |error: &dyn std::fmt::Display| format!("{name}: 无法读取 (can't be read): {error}");
        let kind = if name.starts_with("http://") || name.starts_with("https://") {
            Kind::Url(Site::open(name).map_err(|error| unusable(&error))?)
        } else if Path::new(name).is_dir() {
            Kind::Directory(PathBuf::from(name))
        } else {
            let file = File::open(name).map_err(|error| unusable(&error))?;
            let archive =
                ZipArchive::new(BufReader::new(file)).map_err(|error| unusable(&error))?;
            Kind::Zip(Box::new(archive))
        };
        Ok(Self { name: name.to_owned(), kind })
    }

    /// As the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A file of at most `most` bytes; `None` where there is none, or the reader may not see it.
    pub(super) fn read(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
        let name = &self.name;
        let found = match &mut self.kind {
            Kind::Directory(root) => match File::open(root.join(path)) {
                Ok(file) => read_within(file, most).map(Some),
                Err(error) if is_absent(error.kind()) => Ok(None),
                Err(error) => Err(error.to_string()),
            },
            Kind::Zip(archive) => match archive.by_name(path) {
                Ok(file) => read_within(file, most).map(Some),
                Err(ZipError::FileNotFound) => Ok(None),
                Err(error) => Err(error.to_string()),
            },
            Kind::Url(site) => site.read(path, most),
        };
        found.map_err(|error| format!("{name}: {path}: {error}"))
    }
}

/// A file where a directory is asked for (`tile/0/000` beside `tile/0/000.p/5`) is absent too.
const fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn read_within(file: impl Read, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    within(bytes, most)
}

fn within(bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, String> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        Ok(bytes)
    } else {
        Err(format!("超过 {most} 字节 (more than {most} bytes)"))
    }
}

impl Site {
    fn open(name: &str) -> Result<Self, String> {
        let slash = if name.ends_with('/') { "" } else { "/" };
        let base = format!("{name}{slash}").parse().map_err(|error| format!("{error}"))?;
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { base, client, runtime })
    }

    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
        let url = self.base.join(path).map_err(|error| error.to_string())?;
        self.runtime.block_on(self.fetch(url, most)).map_err(|error| error.to_string())
    }

    async fn fetch(&self, url: reqwest::Url, most: u64) -> Result<Option<Vec<u8>>, String> {
        let said = |error: reqwest::Error| error.to_string();
        let mut answer = self.client.get(url).send().await.map_err(said)?;
        let status = answer.status().as_u16();
        // 409: not there yet, as a certificate before its confirmation.
        if matches!(status, 403 | 404 | 409) {
            return Ok(None);
        }
        if !answer.status().is_success() {
            return Err(format!("HTTP {status}"));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(said)? {
            bytes.extend_from_slice(&chunk);
            bytes = within(bytes, most)?;
        }
        Ok(Some(bytes))
    }
}
