# Functions that the lab's bash scripts share; sourced, never run.
# Invariant: sourcing it has no effect beyond defining functions.

# Ends the script with a message that names it.
die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}

# Makes a folder and prints its absolute path, symbolic links resolved.
folder() {
  mkdir -p "$1"
  (cd -P "$1" && pwd)
}

# Runs a command every 50 ms until it succeeds; fails after SECONDS of trying.
# usage: wait_for SECONDS COMMAND...
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# Prints the header comment of the running script, which holds its usage, and ends it.
usage() {
  sed -n '2,/^[^#]/s/^#\( \|$\)//p' "$0" >&2
  exit 2
}
