//! The real binary as a process: how it starts, refuses to start, drains and stops.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

/// A data directory with the arguments that point the binary at it.
pub struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// The binary with a clean environment and every file within this directory.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiugai"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.current_dir(self.directory.path()).arg(name);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments[0]).args(&arguments[1..]).output().unwrap()
    }

    /// Starts `name` on a free port and waits until it says that it listens.
    pub fn start(&self, name: &str) -> Server {
        self.start_with(name, &[])
    }

    /// [`Home::start`] with further arguments.
    pub fn start_with(&self, name: &str, arguments: &[&str]) -> Server {
        let mut child = self
            .command(name)
            .args(["--listen", "127.0.0.1:0", "--drain-notice-s", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let rest = line.strip_prefix("Listening on ")?;
            rest.split(' ').next().map(str::to_owned)
        });
        let url = url.expect("the server ended before it listened");
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, url }
    }
}

/// A running server, killed if the test ends before it.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// The exit code, once the process has ended.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn told(output: &Output) -> String {
    let text = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_server_starts_only_with_a_key_and_a_current_schema() {
    let home = Home::new();
    let no_key = home.run(&["serve"]);
    assert_eq!(no_key.status.code(), Some(1));
    assert!(told(&no_key).contains("jiugai admin create-key"), "{}", told(&no_key));
    assert!(home.run(&["admin", "create-key"]).status.success());
    let keys = || ["data/master.key", "data/log.key"].map(|f| std::fs::read(home.path(f)).unwrap());
    let before = keys();
    assert!(told(&home.run(&["admin", "create-key"])).contains("was there"));
    assert_eq!(keys(), before, "a key is never overwritten");
    let old = home.run(&["serve"]);
    assert!(told(&old).contains("run `jiugai migrate` first"), "{}", told(&old));
    assert!(home.run(&["migrate"]).status.success());
    assert!(told(&home.run(&["migrate"])).contains("up to date"));
}

#[test]
fn a_log_key_takes_no_number_while_the_database_can_not_be_asked() {
    let home = Home::new();
    std::fs::write(home.path("broken.db"), "not a database, and long enough to be read").unwrap();
    let create = |database: &str| {
        let mut command = home.command("admin");
        command.arg("create-key").env("JIUGAI_DATABASE_URL", database).output().unwrap()
    };
    for database in ["postgres://nobody@127.0.0.1:1/none", "sqlite://broken.db"] {
        let refused = create(database);
        assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
        assert!(!std::path::Path::new(&home.path("data/log.key")).exists(), "{database}");
    }
    // The control: no database file yet is an empty one.
    assert!(create("sqlite://new.db").status.success());
    for name in ["rotate-log-key", "log-keys"] {
        let mut command = home.command("admin");
        let refused = command.arg(name).env("JIUGAI_DATABASE_URL", "sqlite://broken.db").output();
        assert_eq!(refused.unwrap().status.code(), Some(1), "{name}");
    }
}

#[test]
fn the_first_administrator_is_made_on_the_machine() {
    let home = Home::new();
    let create = ["admin", "create", "--login", "root", "--name", "管理员"];
    assert!(told(&home.run(&create)).contains("key_file"), "no key yet");
    home.run(&["admin", "create-key"]);
    home.run(&["migrate"]);
    let made = home.run(&create);
    assert!(made.status.success(), "{}", told(&made));
    assert!(told(&made).contains("shown once"));
    assert!(told(&home.run(&create)).contains("already_exists"));
    let mut weak = home.command("admin");
    weak.args(["create", "--login", "other", "--name", "别人", "--password-stdin"]);
    let weak = weak.stdin(Stdio::null()).output().unwrap();
    assert!(told(&weak).contains("weak_password"), "{}", told(&weak));
}

#[test]
fn a_stopped_server_has_finished_its_work_and_left_no_log_behind() {
    let home = Home::new();
    home.run(&["admin", "create-key"]);
    home.run(&["migrate"]);
    for signal in ["TERM", "INT"] {
        let mut server = home.start("serve");
        let address = server.url.trim_start_matches("http://").to_owned();
        assert!(home.run(&["health", "--listen", &address]).status.success());
        server.signal(signal);
        assert_eq!(server.wait(), Some(0));
        let log = std::fs::metadata(home.path("data/jiugai.db-wal")).map_or(0, |log| log.len());
        assert_eq!(log, 0, "the write-ahead log is merged");
        assert!(!home.run(&["health", "--listen", &address]).status.success());
    }
}

#[test]
fn a_wrong_setting_is_named_wherever_it_stands() {
    let home = Home::new();
    std::fs::write(home.path("a.toml"), "listn = '127.0.0.1:1'").unwrap();
    let file = home.run(&["serve", "--config", "a.toml"]);
    assert!(told(&file).contains("a.toml") && told(&file).contains("listn"), "{}", told(&file));
    let flag = home.run(&["serve", "--database-url", "mysql://h/d"]);
    assert!(told(&flag).contains("mysql") && told(&flag).contains("--database-url"));
    let variable = home.command("serve").env("JIUGAI_LISTN", "x").output().unwrap();
    assert!(told(&variable).contains("JIUGAI_LISTN"), "{}", told(&variable));
    for output in [file, flag, variable] {
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn every_setting_is_in_the_help() {
    let help = told(&Home::new().run(&["serve", "--help"]));
    for key in jiugai::platform::config::KEYS {
        assert!(help.contains(&format!("--{}", key.name.replace('_', "-"))), "{}", key.name);
        assert!(help.contains(key.env), "{}", key.env);
    }
}

#[test]
fn a_witness_is_a_server_of_its_own_with_a_key_of_its_own() {
    let home = Home::new();
    home.run(&["migrate"]);
    let log = jiugai::platform::tlog::NoteKey::new("vote.example.org/deployment", &[7; 32]).vkey();
    let without = home.run(&["serve", "--witness", "--witness-logs", &log]);
    assert!(told(&without).contains("create-witness-key"), "{}", told(&without));
    let create = ["admin", "create-witness-key", "--name", "street.example/witness"];
    let made = told(&home.run(&create));
    let vkey = made.lines().last().unwrap();
    assert!(vkey.starts_with("street.example/witness+"), "{made}");
    assert!(vkey.parse::<jiugai::platform::tlog::Cosigner>().is_ok());
    assert!(!home.run(&create).status.success(), "a key is never overwritten");
    let nobody = home.run(&["serve", "--witness"]);
    assert!(told(&nobody).contains("witness_logs"), "{}", told(&nobody));
    let mut server = home.start_with("serve", &["--witness", "--witness-logs", &log]);
    let status = |path: &str| {
        let url = format!("{}{path}", server.url);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { reqwest::get(url).await.unwrap().status().as_u16() })
    };
    assert_eq!((status("/witness"), status("/readyz")), (200, 200));
    assert_eq!((status("/api/v1/public/log/checkpoint"), status("/docs/")), (404, 404));
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
}
