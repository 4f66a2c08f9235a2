//! The one binary: `jiugai serve`, `jiugai tally`, … Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    jiugai::app::cli::run()
}
