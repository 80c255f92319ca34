#!/bin/bash
# The machines of a small cloud on one machine: for each a network namespace on one bridge, and a monotonic clock and a boot id of
# its own, as two machines have them.
#
# usage: netcloud.sh up STATE                  makes it anew; what an earlier run left of it is removed first
#        netcloud.sh down STATE                ends everything that runs in it and removes it, however it was left
#        netcloud.sh exec STATE WHO -- CMD...  becomes CMD there: the process id stays
#        netcloud.sh address STATE WHO         prints its address
#        netcloud.sh clock STATE WHO           prints its boot id, and by how many seconds its monotonic clock is ahead
#        netcloud.sh cut STATE WHO             pulls its cable: packets are lost, nobody is told
#        netcloud.sh slow STATE WHO KBIT       what it sends goes no faster than that, and waits its turn
#        netcloud.sh mend STATE WHO            undoes both
#
# WHO: db bus api1 api2 host1 host2 host3 client
# needs: install.sh network, root, Linux 5.6
#
# The namespaces are named after STATE's path, so clouds of several folders live side by side. The bridge has a namespace of
# its own and leads nowhere: what listens in here is reached from in here alone. Disk, processes and the wall clock are shared.
# Invariant: `down` ends what runs in the namespaces of this STATE, and nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

declare -A last_byte=([db]=2 [bus]=3 [api1]=11 [api2]=12 [host1]=21 [host2]=22 [host3]=23 [client]=31)

# Where the time namespaces and the boot ids are kept.
clocks() { echo "/run/remnant-netcloud/$tag"; }

# Far enough from each other that a bound taken for another machine's is plainly wrong.
ahead() { echo $((last_byte[$1] * 100000)); }

boot_id() { echo -n "$tag $1" | sha256sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }

space() { echo "remnant-$tag-$1"; }

address() { echo "10.77.0.${last_byte[$1]}"; }

# Everything that has a name of this cloud, a half-made one too.
spaces() { ip netns list | sed -n "s/^\(remnant-$tag-[a-z0-9]*\).*/\1/p"; }

pids() { for one in $(spaces); do ip netns pids "$one" 2>/dev/null || true; done; }

empty() { [ -z "$(pids)" ]; }

join() {
  ip netns add "$(space "$1")"
  ip -n "$(space "$1")" link set lo up
  ip -n "$(space "$1")" link add eth0 type veth peer name "$1" netns "$(space net)"
  ip -n "$(space "$1")" address add "$(address "$1")/24" dev eth0
  ip -n "$(space "$1")" link set eth0 up
  ip -n "$(space net)" link set "$1" master bridge up
  boot_id "$1" >"$(clocks)/$1.boot_id"
  : >"$(clocks)/$1"
  unshare --time="$(clocks)/$1" --monotonic "$(ahead "$1")" --fork true
}

# Becomes a command on machine $1.
enter() {
  local who=$1
  shift
  exec nsenter --net="/run/netns/$(space "$who")" --time="$(clocks)/$who" -- unshare --mount --propagation slave \
    bash -c 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"' "$(clocks)/$who.boot_id" "$@"
}

up() {
  down
  mkdir -p "$(clocks)"
  ip netns add "$(space net)"
  ip -n "$(space net)" link add bridge type bridge
  ip -n "$(space net)" link set bridge up
  for who in "${!last_byte[@]}"; do join "$who"; done
}

down() {
  local signal one
  for signal in TERM KILL; do
    # One that stands still hears TERM only once it goes on.
    for one in $(pids); do kill -$signal "$one" 2>/dev/null && kill -CONT "$one" 2>/dev/null || true; done
    wait_for 3 empty && break
  done
  empty || die "these processes would not end: $(pids | tr '\n' ' ')"
  for one in $(spaces); do ip netns delete "$one"; done
  for one in "${!last_byte[@]}"; do umount "$(clocks)/$one" 2>/dev/null || true; done
  rm -rf "$(clocks)"
}

mend() {
  # There may be none to undo.
  tc -n "$(space "$1")" qdisc delete dev eth0 root 2>/dev/null || true
  ip -n "$(space net)" link set "$1" up
}

[ $# -ge 2 ] || usage
[ "$(id -u)" = 0 ] || die 'needs root'
state=$(folder "$2")
tag=$(echo -n "$state" | sha256sum | head -c 8)
case $1 in
  up | down) "$1" && exit ;;
  exec | address | clock | cut | slow | mend) ;;
  *) usage ;;
esac
who=${3:-}
[ -n "${last_byte[${who:-none}]:-}" ] || die "WHO is one of: ${!last_byte[*]}"
case $1 in
  exec)
    shift 3
    [ "${1:-}" != -- ] || shift
    enter "$who" "$@"
    ;;
  address) address "$who" ;;
  clock) echo "$(boot_id "$who") $(ahead "$who")" ;;
  cut) ip -n "$(space net)" link set "$who" down ;;
  slow) tc -n "$(space "$who")" qdisc replace dev eth0 root tbf rate "${4:?netcloud.sh: KBIT is missing}kbit" burst 3000 limit 1000000 ;;
  mend) mend "$who" ;;
esac
