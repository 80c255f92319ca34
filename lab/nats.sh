#!/bin/bash
# A real nats-server of its own, on loopback; not the machine's, which stays as it is.
#
# usage: nats.sh up STATE [PORT] [CONF]  starts it and prints its URL when it answers; without PORT, or 0, any free one
#        nats.sh down STATE              stops it; one that runs keeps its port until then
#
# needs: install.sh nats
#
#   STATE/nats.conf  what it runs on: where it listens, and CONF (a file of more settings, such as who may do what)
#   STATE/nats.pid   its process: SIGHUP makes it read STATE/nats.conf and CONF again
#   STATE/port       where it listens                         STATE/nats.log
# Invariant: nothing outside STATE is written. Without CONF it lets in whoever reaches its port: it listens on loopback alone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
program=/usr/sbin/nats-server

# A server says who it is as soon as somebody connects.
ready() {
  local word=''
  { read -r -t 2 word _ <&8; } 8<>"/dev/tcp/127.0.0.1/$port" && [ "$word" = INFO ]
} 2>/dev/null

# A pid may have gone to another program since.
running() {
  pid=$(cat "$state/nats.pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/exe")" = "$program" ] &&
    grep -qzxF "$state/nats.conf" "/proc/$pid/cmdline"
} 2>/dev/null

up() {
  [ -x "$program" ] || die 'NATS is missing: run lab/install.sh nats'
  if running; then return; fi
  {
    echo "listen: \"127.0.0.1:$port\""
    # The end of a guest's dmesg is an answer of up to 2 MB.
    echo 'max_payload: 8MB'
    # Who went without a word is let go in a few seconds, as far as there was nothing for it.
    echo 'ping_interval: "2s"'
    echo 'ping_max: 2'
    [ -z "$conf" ] || echo "include \"$conf\""
  } >"$state/nats.conf"
  setsid "$program" -c "$state/nats.conf" -P "$state/nats.pid" -l "$state/nats.log" </dev/null >/dev/null 2>&1 9<&- &
  answers() { running && ready; }
  wait_for 30 answers || { tail -5 "$state/nats.log" >&2; die "it does not answer: see $state/nats.log"; }
}

[ $# -ge 2 ] || usage
state=$(folder "$2")
case $1 in
  up)
    exec 9<"$state"
    flock 9
    port=$(own_port "$state" "${3:-0}" running)
    conf=${4:-}
    # An include is looked for beside nats.conf.
    if [ -n "$conf" ]; then conf=$(realpath -e --relative-to="$state" "$conf"); fi
    up
    echo "nats://127.0.0.1:$port"
    ;;
  down)
    if running; then
      kill -CONT "$pid"
      kill -TERM "$pid"
      stopped() { ! running; }
      wait_for 30 stopped || die 'it does not stop'
    fi
    ;;
  *) usage ;;
esac
