//! The command line as people run it: the built binary, files in, output and exit code out.

mod import;
mod pack;
mod tally;
