#!/bin/sh
# Checks receipts that a server issued, and the trees of the frozen test vectors, by Go's own
# packages for the module checksum database:   scripts/check-go.sh RECEIPTS...
# RECEIPTS are directories that the test `receipts_of_a_real_run…` wrote under TEST_RECEIPTS. Installs Go
# and golang.org/x/mod from the system's packages where they are absent (Debian, Ubuntu).
set -eu
cd "$(dirname "$0")/.."

sources=${GO_SOURCES:-/usr/share/gocode}
if ! command -v go >/dev/null 2>&1 || [ ! -d "$sources/src/golang.org/x/mod/sumdb" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Go and golang.org/x/mod are needed: install them, and name the directory with \
src/golang.org/x/mod in GO_SOURCES." >&2
        exit 1
    fi
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing Go…" >&2
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        golang-go golang-golang-x-mod-dev >/dev/null
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/jiugai-go.XXXXXX")
trap 'rm -rf "$dir"' EXIT
GO111MODULE=off GOPATH="$sources" GOCACHE="$dir/cache" GOFLAGS= \
    go build -o "$dir/check-receipts" tools/check-receipts/main.go

"$dir/check-receipts" tests/data/vote-log/* "$@"

# The control: one changed byte of one leaf must be seen.
cp -r tests/data/vote-log/good-online "$dir/changed"
leaf=$(find "$dir/changed/receipts" -name '*.leaf' | sort | head -n 1)
printf x | dd of="$leaf" bs=1 seek=20 conv=notrunc status=none
if "$dir/check-receipts" "$dir/changed" >/dev/null; then
    echo "a changed leaf was not seen" >&2
    exit 1
fi
