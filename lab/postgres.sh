#!/bin/bash
# A real PostgreSQL of its own, on loopback; not the machine's, which stays as it is.
#
# usage: postgres.sh up STATE [PORT]  starts it and prints its URL when it answers; without PORT, or 0, any free one
#        postgres.sh down STATE       stops it; its data stay in STATE; one that runs keeps its port until then
#
# needs: install.sh postgres
#
#   STATE/data       its data, of the user it runs as        STATE/port           where it listens
#   STATE/postgres.log                                       FSYNC=off up ...     for tests that nobody's data depend on
#   LISTEN=ADDRESS up ...  listens there, and lets in who is on the same network: for a network namespace (netcloud.sh)
# Invariant: nothing outside STATE is written. It lets in whoever reaches its port: without LISTEN, it listens on loopback alone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
bin=/usr/lib/postgresql/15/bin
listen=${LISTEN:-127.0.0.1}

# PostgreSQL refuses to be root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid postgres --regid postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

ready() { "$bin/pg_isready" -q -h "$listen" -p "$port"; }

running() { as_owner "$bin/pg_ctl" status -D "$data" >/dev/null 2>&1; }

# True for one that was killed and that nobody has waited for yet: to PostgreSQL it looks alive.
killed() {
  local pid
  pid=$(head -1 "$data/postmaster.pid" 2>/dev/null) && grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null
}

lives() { running && ! killed; }

set_up() {
  rm -rf "$data"
  mkdir -p "$data"
  chmod 700 "$data"
  [ "$(id -u)" != 0 ] || chown postgres: "$data"
  (cd / && as_owner "$bin/initdb" -D "$data" -U remnant --auth=trust --encoding=UTF8 --locale=C >/dev/null)
  [ "$listen" = 127.0.0.1 ] || echo 'host all all samenet trust' >>"$data/pg_hba.conf"
}

up() {
  [ -x "$bin/initdb" ] || die 'PostgreSQL is missing: run lab/install.sh postgres'
  # The user it runs as must come to its data.
  chmod o+x "$state"
  [ -s "$data/PG_VERSION" ] || set_up
  if killed; then rm "$data/postmaster.pid"; fi
  if ! running; then
    touch "$state/postgres.log"
    [ "$(id -u)" != 0 ] || chown postgres: "$state/postgres.log"
    (cd / && as_owner "$bin/pg_ctl" start -D "$data" -l "$state/postgres.log" -W \
      -o "-c listen_addresses=$listen -c port=$port -c unix_socket_directories= -c max_connections=300 -c fsync=${FSYNC:-on}" \
      >/dev/null 9<&-)
  fi
  wait_for 30 ready || { tail -5 "$state/postgres.log" >&2; die "it does not answer: see $state/postgres.log"; }
}

[ $# -ge 2 ] || usage
state=$(folder "$2")
data=$state/data
case $1 in
  up)
    exec 9<"$state"
    flock 9
    port=$(own_port "$state" "${3:-0}" lives)
    up
    echo "postgresql://remnant@$listen:$port/postgres"
    ;;
  down)
    if running; then (cd / && as_owner "$bin/pg_ctl" stop -D "$data" -m fast -W >/dev/null); fi
    stopped() { ! running; }
    wait_for 30 stopped || die 'it does not stop'
    ;;
  *) usage ;;
esac
