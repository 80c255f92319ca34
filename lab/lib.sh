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

# Brings Debian packages into a folder, as far as they are not there, installs none, and prints their file names.
# usage: fetch_debs FOLDER PACKAGE[=VERSION]...
fetch_debs() {
  local folder=$1 package uris files want=() arriving
  shift
  uris=$(apt-get -q download --print-uris "$@") || return 1
  files=$(awk '{ print $2 }' <<<"$uris")
  for package; do
    [ -e "$folder/$(grep "^${package%%=*}_" <<<"$files")" ] || want+=("$package")
  done
  if [ ${#want[@]} -gt 0 ]; then
    # All arrives elsewhere first: a fetch that is cut short must leave no half file in the folder.
    arriving=$(mktemp -d "$folder/.arriving.XXXXXX") || return 1
    (cd "$arriving" && apt-get -q -o APT::Sandbox::User= download "${want[@]}" >&2) || { rm -r "$arriving" && return 1; }
    mv "$arriving"/*.deb "$folder" && rmdir "$arriving" || return 1
  fi
  echo "$files"
}

# The same, where the list of packages may be old; ends the script where they cannot be had.
need_debs() {
  fetch_debs "$@" || { as_root apt-get -q update >&2 && fetch_debs "$@"; } || die 'could not fetch the packages'
}

# Prints a TCP port of loopback that nobody has.
free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Prints the port that a server is to listen on, and notes it in STATE/port: 0 is the one it had, or any free one. Ends the script
# where it must keep the one it had: where KEEPS succeeds. To be called under a lock on STATE.
# usage: port=$(own_port STATE PORT KEEPS...)
own_port() {
  local state=$1 port=$2 had
  shift 2
  case $port in '' | *[!0-9]*) die "PORT is a number, not \"$port\"" ;; esac
  had=$(cat "$state/port" 2>/dev/null || true)
  [ "$port" != 0 ] || port=${had:-$(free_port)}
  [ "${had:-$port}" = "$port" ] || ! "$@" || die "it has port $had: use that, 0, or another STATE"
  echo "$port" >"$state/port"
  echo "$port"
}

# Prints the process id in FILE; fails when none runs that has WORD in its command line. A pid that is somebody else's by now is not it.
# usage: pid_in FILE WORD
pid_in() {
  local id
  id=$(cat "$1" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$id/cmdline"; } 2>/dev/null | grep -qF -e "$2" && echo "$id"
}

no_pid_in() { ! pid_in "$@" >/dev/null; }

# Ends that process, by force where it takes longer than SECONDS.
# usage: end_pid_in SECONDS FILE WORD
end_pid_in() {
  local seconds=$1 id
  shift
  if id=$(pid_in "$@"); then
    kill -TERM "$id"
    wait_for "$seconds" no_pid_in "$@" || kill -KILL "$id"
  fi
  rm -f "$1"
}

# True if something answers at a URL.
answers_at() {
  /usr/bin/python3 -c 'import sys, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(sys.argv[1], timeout=5)' \
    "$1" 2>/dev/null
}

# Waits until that process answers at URL; one that ended is not waited for. Fails when it does not.
# usage: wait_for_answer SECONDS URL FILE WORD
wait_for_answer() {
  local seconds=$1 url=$2
  shift 2
  answers_or_ended() { no_pid_in "$@" || answers_at "$url"; }
  wait_for "$seconds" answers_or_ended "$@" && pid_in "$@" >/dev/null
}

# Prints the header comment of the running script, which holds its usage, and ends it.
usage() {
  sed -n '2,/^[^#]/s/^#\( \|$\)//p' "$0" >&2
  exit 2
}
