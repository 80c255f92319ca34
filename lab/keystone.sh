#!/bin/bash
# A real Keystone of its own, on loopback, with SQLite; it knows nothing but what its bootstrap makes.
#
# usage: keystone.sh up STATE PORT   starts it and returns when it answers; PORT 0 is the one it had, or any free one
#        keystone.sh down STATE      stops it; what it knows stays in STATE
#
# needs: install.sh keystone         TOKEN_SECONDS=N up ...   tokens live N seconds (3600); a running one starts anew
#
#   STATE/admin.env       how the admin signs in, as OS_* lines     STATE/keystone.log   its log
#   STATE/keystone.conf   its configuration, written at each start  STATE/port           where it listens
# Invariant: nothing outside STATE is written, and all of it is readable by its owner only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
umask 077
# Debian's Python, whatever comes first in PATH: the packages are for that one.
python=/usr/bin/python3

configuration() {
  cat <<CONF
# Written by lab/keystone.sh at each start.
[DEFAULT]
log_file = $state/keystone.log
[database]
connection = sqlite:///$state/keystone.db?check_same_thread=false
[token]
provider = fernet
expiration = ${TOKEN_SECONDS:-3600}
[identity]
# The least there is: nothing here is worth guessing, and each sign-in would cost a fifth of a second.
password_hash_rounds = 4
[fernet_tokens]
key_repository = $state/fernet
[fernet_receipts]
key_repository = $state/fernet
[credential]
key_repository = $state/credential
CONF
}

manage() {
  keystone-manage --config-file "$conf" "$@" >>"$state/setup.log" 2>&1 ||
    { tail -5 "$state/setup.log" >&2; die "keystone-manage $1 failed: see $state/setup.log"; }
}

# The database, the keys and the first admin. Cut short, it begins again.
set_up() {
  local password
  rm -rf "$state"/keystone.db* "$state/fernet" "$state/credential"
  manage db_sync
  # With SQLite's rollback journal, a reader that Keystone forgot to close keeps every write from its commit.
  "$python" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA journal_mode=WAL")' "$state/keystone.db"
  manage fernet_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  OS_BOOTSTRAP_PASSWORD=$password manage bootstrap --bootstrap-region-id RegionOne --bootstrap-public-url "$url" \
    --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"
  cat >"$state/admin.env" <<ENV
OS_AUTH_URL=$url
OS_IDENTITY_API_VERSION=3
OS_REGION_NAME=RegionOne
OS_USERNAME=admin
OS_PASSWORD=$password
OS_USER_DOMAIN_NAME=Default
OS_PROJECT_NAME=admin
OS_PROJECT_DOMAIN_NAME=Default
ENV
}

# Keystone reads its options from argv as if it were its own; one thread, as its use of SQLite wants.
program='
import sys
port, conf = sys.argv[1:]
sys.argv = ["keystone", "--config-file", conf]
from keystone.server.wsgi import initialize_public_application
import waitress
waitress.serve(initialize_public_application(), host="127.0.0.1", port=int(port), threads=1)
'

up() {
  [ -x /usr/bin/keystone-manage ] && [ -x /usr/bin/waitress-serve ] || die 'Keystone is missing: run lab/install.sh keystone'
  if pid_in "${server[@]}" >/dev/null; then
    if configuration | cmp -s - "$conf"; then
      wait_for_answer 30 "$url" "${server[@]}" && return
    fi
    stop
  fi
  ! answers_at "$url" || die "something else answers at $url: choose another PORT"
  configuration >"$conf"
  [ -s "$state/admin.env" ] || set_up
  setsid "$python" -c "$program" "$port" "$conf" >>"$state/keystone.out" 2>&1 </dev/null 9<&- &
  echo $! >"$state/keystone.pid"
  wait_for_answer 60 "$url" "${server[@]}" ||
    { stop; tail -5 "$state/keystone.out" >&2; die "it does not answer: see $state/keystone.log"; }
}

stop() { end_pid_in 10 "${server[@]}"; }

[ $# -ge 2 ] || usage
state=$(folder "$2")
conf=$state/keystone.conf
server=("$state/keystone.pid" "$conf")
case $1 in
  up)
    exec 9<"$state"
    flock 9
    # Its catalogue says where it is.
    port=$(own_port "$state" "${3:?keystone.sh: PORT is missing}" true)
    url=http://127.0.0.1:$port/v3
    up
    echo "$url"
    ;;
  down) stop ;;
  *) usage ;;
esac
