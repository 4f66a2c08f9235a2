//! Importing an owner register into SQLite: rows per second and memory, and how both grow per ×10.
//!
//! `cargo bench --bench import` reads 10,000 and 100,000 rows, `-- 1000000` another size. Each size
//! runs in a process of its own, so that peak memory is its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark may end in a panic")]
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Instant,
};

use jiugai::{
    platform::{
        auth::seal::Keys,
        clock::Clock,
        db::{Actor, DatabaseUrl, Db, DbSettings, WriteContext, connect, migrate},
    },
    registry::{
        ImportState, NewImport, ReadImport, VanishedUnits, commit_import, enter_community,
        open_import, read_import,
    },
};

const HEADER: &str =
    "房号,楼栋,单元,用途,面积,面积来源,业主类型,证件号码,业主姓名,联系电话,共有情况,是否交付";

fn main() {
    if let Ok(rows) = std::env::var("JIUGAI_BENCH_ROWS") {
        one(rows.parse().unwrap());
        return;
    }
    let asked: Vec<u64> = std::env::args().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000] } else { asked };
    println!("      rows   read rows/s   commit s   peak MB   seconds ×");
    let mut before: Option<u64> = None;
    for rows in sizes {
        let child = Command::new(std::env::current_exe().unwrap())
            .env("JIUGAI_BENCH_ROWS", rows.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8(child.stdout).unwrap();
        let numbers: Vec<u64> =
            text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let &[read_ms, commit_ms, peak_kb] = numbers.as_slice() else {
            panic!("{text}{}", String::from_utf8_lossy(&child.stderr));
        };
        let total = read_ms + commit_ms;
        let growth = before.map_or(String::new(), |before| {
            format!("{}.{}", total / before, total * 10 / before % 10)
        });
        println!(
            "{rows:>10} {:>13} {:>6}.{:03} {:>9} {growth:>11}",
            rows * 1000 / read_ms.max(1),
            commit_ms / 1000,
            commit_ms % 1000,
            peak_kb / 1024,
        );
        before = Some(total.max(1));
    }
}

/// Imports one file and prints milliseconds of reading and of the commit, and peak memory in KiB.
fn one(rows: u64) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("register.csv");
    write(&path, rows);
    let url = DatabaseUrl::Sqlite(directory.path().join("bench.db").display().to_string());
    migrate(&mut connect(&url).unwrap()).unwrap();
    let db = Db::open(&DbSettings { url, pool_size: 4 }, Clock::system()).unwrap();
    let context = WriteContext::of(Actor::named("bench"));
    let enter = |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        let community = enter_community(tx, "990101001001", "bench")?;
        open_import(
            tx,
            &NewImport {
                community_id: community.id,
                file_name: "register.csv".to_owned(),
                file_digest: String::new(),
                effective_on: None,
            },
        )
    };
    let import = db.write_blocking(&context, "bench", enter).unwrap();
    let id = import.id;
    let keys = Keys::random();
    let job = ReadImport { db: db.clone(), keys, context: context.clone(), import };
    let start = Instant::now();
    let read = read_import(&job, File::open(&path).unwrap(), &mut |_| {}).unwrap();
    let read_ms = start.elapsed().as_millis();
    assert_eq!(read.state, ImportState::Previewed, "{:?}", read.failure);
    let start = Instant::now();
    db.write_blocking(&context, "bench", move |tx| commit_import(tx, id, VanishedUnits::Keep))
        .unwrap();
    println!("{read_ms} {} {}", start.elapsed().as_millis(), peak_kb());
}

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A clean register: units in buildings of 60, each with an owner of its own.
fn write(path: &Path, rows: u64) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "{HEADER}").unwrap();
    for row in 0..rows {
        let (building, entrance, room) = (row / 60 + 1, row % 60 / 20 + 1, 100 + row % 20);
        let (area, cents) = (40 + row % 120, row % 100);
        writeln!(
            file,
            "{building}-{entrance}-{room},{building}栋,{entrance}单元,住宅,{area}.{cents:02},登记,\
             个人,{},业主{row},19{row:09},单独所有,是",
            number(row)
        )
        .unwrap();
    }
    file.flush().unwrap();
}

/// A valid number of the division that does not exist (GB 11643).
fn number(row: u64) -> String {
    let (year, month) = (1940 + row / 336_000 % 60, 1 + row / 28_000 % 12);
    let body = format!("990101{year}{month:02}{:02}{:03}", 1 + row / 1000 % 28, row % 1000);
    let sum = body.bytes().fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    let check = if check == 10 { 'X' } else { char::from_digit(check, 10).unwrap() };
    format!("{body}{check}")
}
