//! The command line as people run it: the built binary, files in, output and exit code out.

mod import;
mod log_keys;
mod pack;
mod tally;
