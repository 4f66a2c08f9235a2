# Sourced: `step <command>` prints the command, runs it, prints its time, and ends the script where
# it fails; `skip <what>` says openly what was left out.

step() {
    printf '\n==> %s\n' "$*"
    step_started=$(date +%s)
    "$@" || {
        step_status=$?
        printf '\n==> FAILED (%s): %s\n' "$step_status" "$*"
        exit "$step_status"
    }
    printf '==> done in %ss: %s\n' "$(($(date +%s) - step_started))" "$*"
}

skip() {
    printf '\n==> SKIPPED %s\n' "$*"
}
