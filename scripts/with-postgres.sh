#!/bin/sh
# Runs a command with TEST_POSTGRES_URL pointing at a private PostgreSQL that is thrown away
# afterwards:   scripts/with-postgres.sh cargo test
# Installs the server's binaries, Python 3, OpenSSL and hledger, from the system's packages where they are
# absent (Debian, Ubuntu).
# Works as root and as an ordinary user, and several at a time: the cluster lives in a temporary
# directory and listens on a socket in it, on no port. A TEST_POSTGRES_URL that is set is used as is.
set -eu

# Installs a package of Debian or Ubuntu; $2 says what to do elsewhere.
install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "$2" >&2
        exit 1
    fi
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing $1…" >&2
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# The second recount of a vote, tools/recount.py, runs in the tests.
command -v python3 >/dev/null 2>&1 || install python3 "Python 3 is needed: install it."

# The tests show it the SM2 signatures of the public logs.
command -v openssl >/dev/null 2>&1 || install openssl "OpenSSL 3 is needed: install it."

# The books of the repair fund are read by auditors with hledger: so do the tests.
command -v hledger >/dev/null 2>&1 || install hledger "hledger is needed: install it."

if [ -n "${TEST_POSTGRES_URL:-}" ] || [ "${TEST_DB:-}" = sqlite ]; then
    exec "$@"
fi

# Prints the directory of initdb: the newest of Debian's, or the one on the path.
find_server() {
    newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    dirname "${newest:-$(command -v initdb || echo none/none)}"
}

bin=$(find_server)
if [ ! -x "$bin/initdb" ]; then
    install postgresql "PostgreSQL's server binaries are needed: install them, or set \
TEST_POSTGRES_URL to a server you may create databases on, or TEST_DB=sqlite to leave that half out."
    bin=$(find_server)
fi

# The server refuses to run as root.
as_owner=
dir=$(mktemp -d "${TMPDIR:-/tmp}/jiugai-pg.XXXXXX")
if [ "$(id -u)" = 0 ]; then
    as_owner="runuser -u postgres --"
    chown postgres "$dir"
fi

stop() {
    $as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

# The cluster is thrown away, so only speed matters; benchmarks ask for durable commits.
durability="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
[ -z "${POSTGRES_DURABLE:-}" ] || durability=
(
    cd "$dir"
    $as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
    $as_owner "$bin/pg_ctl" -D "$dir/data" -s -w -l "$dir/log" start \
        -o "$durability -c max_connections=300 \
        -c shared_buffers=256MB -c listen_addresses='' -c unix_socket_directories='$dir'"
) || { cat "$dir/log" >&2; exit 1; }

TEST_POSTGRES_URL="postgres://postgres@$(printf %s "$dir" | sed 's|/|%2F|g')/postgres"
export TEST_POSTGRES_URL
PATH="$PATH:$bin" "$@"
