//! How long the random tests run: bounded to the time of CI, longer with `TEST_LONG=1`. The seed is
//! the same in every run of CI and another in each long one; `TEST_SEED=n` repeats a run.

/// So many rounds in CI, so many with `TEST_LONG`.
pub fn rounds(ci: usize, long: usize) -> usize {
    if std::env::var_os("TEST_LONG").is_some() { long } else { ci }
}

/// The seed of a test, printed; a failed test shows it.
#[expect(clippy::print_stdout, reason = "shown where a test fails")]
pub fn seed(of_test: u64) -> u64 {
    let seed = match (std::env::var("TEST_SEED"), std::env::var_os("TEST_LONG")) {
        (Ok(text), _) => text.parse().expect("TEST_SEED is a number"),
        (_, Some(_)) => rand::random(),
        _ => of_test,
    };
    println!("TEST_SEED={seed}");
    seed
}
