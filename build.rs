//! Rebuilds when a migration or a reference file that the binary embeds changes.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=seed/reference");
}
