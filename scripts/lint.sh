#!/bin/sh
# Everything about the code that is checked without running it. Ends at the first failure.
set -eu
cd "$(dirname "$0")/.."
. scripts/step.sh

# TLS to PostgreSQL builds OpenSSL from source. Checking with it on covers both forms of the
# crate: the tests build it without.
features=""
if command -v perl >/dev/null 2>&1 && command -v make >/dev/null 2>&1; then
    features="--features pg-tls"
else
    skip "feature pg-tls: needs perl and make"
fi

step cargo fmt --check
# shellcheck disable=SC2086  # two words on purpose
step cargo clippy --locked --all-targets $features -- -D warnings
# Private items are documented too, so that links to them lead somewhere.
# shellcheck disable=SC2086
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" step cargo doc --locked --no-deps --document-private-items $features

if ! cargo deny --version >/dev/null 2>&1; then
    # Unoptimised, because it runs for two seconds.
    step cargo install cargo-deny --version 0.20.2 --locked --debug
fi
step cargo deny check licenses bans sources

if command -v shellcheck >/dev/null 2>&1; then
    step shellcheck -x .ci/run scripts/*.sh
else
    skip "shellcheck: not installed"
fi
