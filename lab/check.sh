#!/bin/bash
# Proves that the lab works on this machine, and prints how long each step took.
#
# usage: check.sh DIR      needs: install.sh guest libvirt network keystone glance ironic, root
#
# Builds the guests in DIR/guest, runs a libvirtd in DIR/libvirt, kills and restarts that one under a
# running guest, stalls a plain and a kdump guest hard, sends each an NMI and reads what came of it.
# Then starts an NFS server, a Keystone in DIR/keystone, that one twice, and a Glance in DIR/glance, has an Ironic send an NMI to a
# machine of bare metal, and pulls a cable in a network in DIR/netcloud.
# Invariant: ends with status 0 only if all of it was seen; leaves no process behind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

since=$(date +%s%3N)
# Prints a step's name with the milliseconds since the last one.
step() {
  local now
  now=$(date +%s%3N)
  printf '%7d ms  %s\n' $((now - since)) "$*"
  since=$now
}

# on_console NAME TEXT: waits until a guest's console shows a text.
on_console() {
  wait_for 60 grep -qasF "$2" "$logs/$1.console.log" || die "$1 did not print '$2': see $logs/$1.console.log"
  step "$1: $2"
}

v() { virsh -q -c "$uri" "$@"; }
is_gone() { ! "$here/libvirtd.sh" pid "$dir/libvirt" >/dev/null; }
has_crashed() { [ "$(v domstate "$1")" = crashed ]; }

create() {
  "$here/domain.sh" "$1" "$dir/guest" "$logs" "${@:2}" >"$logs/$1.xml"
  v create "$logs/$1.xml" >/dev/null
  step "$1: created with ${*:2}"
}

[ $# = 1 ] || usage
dir=$(folder "$1") logs=$(folder "$1/check")
umask 077 # what a guest had in memory is nobody's business
rm -f "$logs"/*
ACCEL=$("$here/accel.sh")
export ACCEL
step "guests run with $ACCEL"
"$here/guest.sh" "$dir/guest"
step 'guests built'
"$here/guest.sh" "$dir/guest"
step 'guests built: nothing to do'
trap '"$here/libvirtd.sh" stop "$dir/libvirt"' EXIT
"$here/libvirtd.sh" start "$dir/libvirt"
step 'libvirtd answers'
uri=$("$here/libvirtd.sh" uri "$dir/libvirt")

create plain plain 128 kd.stall=hard kd.after=3
on_console plain GUEST-READY
kill -KILL "$("$here/libvirtd.sh" pid "$dir/libvirt")"
wait_for 10 is_gone || die 'libvirtd does not die'
"$here/libvirtd.sh" start "$dir/libvirt"
[ "$(v domstate plain)" = running ] || die 'libvirtd did not take up the running guest'
step 'libvirtd killed and started again: the guest is still there'
on_console plain STALL-HARD
v inject-nmi plain
wait_for 30 has_crashed plain || die "plain: $(v domstate --reason plain)"
step "plain: NMI sent, now $(v domstate --reason plain)"
v resume plain # the kernel prints the panic's text only after it has told the hypervisor
on_console plain 'Kernel panic - not syncing: NMI: Not continuing'
v destroy plain

create kdump kdump 512 kd.stall=hard kd.after=1
on_console kdump 'CRASH-KERNEL loaded=1'
on_console kdump STALL-HARD
v inject-nmi kdump
on_console kdump CRASH-KERNEL-UP
on_console kdump 'DUMP-DONE rc=0'
grep -qF 'DUMP-DONE rc=0' "$logs/kdump.status" || die 'the status port said nothing'
makedumpfile=$dir/guest/bin/makedumpfile
"$makedumpfile" -R "$logs/vmcore" <"$logs/kdump.dump" >/dev/null
"$makedumpfile" --dump-dmesg "$logs/vmcore" "$logs/dmesg" >/dev/null
grep -F 'Kernel panic - not syncing: NMI: Not continuing' "$logs/dmesg" >/dev/null || die 'the dump does not tell of the panic'
step "kdump: $(stat -c %s "$logs/kdump.dump") bytes dumped, the panic is in its log"

"$here/libvirtd.sh" stop "$dir/libvirt"
trap '"$here/nfs.sh" stop "$dir/nfs" "$dir/nfs-server"' EXIT
"$here/nfs.sh" build "$dir/nfs"
step 'an NFS server built'
"$here/nfs.sh" start "$dir/nfs" "$dir/nfs-server" 20490
step 'it listens'
"$here/nfs.sh" stop "$dir/nfs" "$dir/nfs-server"
trap '"$here/keystone.sh" down "$dir/keystone"' EXIT
"$here/keystone.sh" up "$dir/keystone" 0 >/dev/null
step 'a Keystone answers'
"$here/keystone.sh" up "$dir/keystone" 0 >/dev/null
step 'a Keystone answers: nothing to do'
"$here/keystone.sh" down "$dir/keystone"
trap '"$here/glance.sh" down "$dir/glance-state"' EXIT
"$here/glance.sh" build "$dir/glance"
step 'a Glance unpacked'
"$here/glance.sh" up "$dir/glance" "$dir/glance-state" 0 >/dev/null
step 'it answers'
"$here/glance.sh" down "$dir/glance-state"
trap '"$here/bmc.sh" stop "$dir/metal"; "$here/ironic.sh" stop "$dir/ironic"' EXIT
ironic=$("$here/ironic.sh" start "$dir/ironic" 0)
step 'an Ironic answers'
rm -rf "$dir/metal"
bmc=$(BMC_ON=1 "$here/bmc.sh" start "$dir/metal" "$dir/guest" plain)
step 'a BMC answers'
ipmi="\"ipmi_address\": \"${bmc%:*}\", \"ipmi_port\": \"${bmc#*:}\", \"ipmi_username\": \"admin\""
ipmi="{$ipmi, \"ipmi_password\": \"$(cat "$dir/metal/password")\"}"
# api METHOD PATH BODY
api() {
  curl -sSf -X "$1" -d "$3" -H 'Content-Type: application/json' -H 'X-OpenStack-Ironic-API-Version: 1.46' "$ironic/v1$2"
}
node=metal-$$
api POST /nodes "{\"name\": \"$node\", \"driver\": \"ipmi\", \"driver_info\": $ipmi}" >/dev/null
wait_for 60 grep -qasF GUEST-READY "$dir/metal/console.log" || die 'the machine of bare metal does not boot'
step 'metal: GUEST-READY'
api PUT "/nodes/$node/management/inject_nmi" '{}'
wait_for 10 grep -qasF 'Kernel panic - not syncing: NMI: Not continuing' "$dir/metal/console.log" || die 'metal: no panic'
step 'metal: an NMI through Ironic and its BMC, and it panicked'
api DELETE "/nodes/$node" ''
"$here/bmc.sh" stop "$dir/metal"
"$here/ironic.sh" stop "$dir/ironic"
net() { "$here/netcloud.sh" "$1" "$dir/netcloud" "${@:2}"; }
hears() { net exec client -- timeout 1 bash -c "read -r -t 1 word </dev/tcp/$(net address db)/7 && [ \"\$word\" = hello ]" 2>/dev/null; }
is_deaf() { ! hears; }
trap 'net down' EXIT
net up
net exec db -- setsid /usr/bin/python3 -c 'import socketserver
class Hello(socketserver.BaseRequestHandler):
    def handle(self): self.request.sendall(b"hello\n")
socketserver.TCPServer(("", 7), Hello).serve_forever()' </dev/null >/dev/null 2>&1 &
wait_for 10 hears || die 'the machines of a small cloud do not hear each other'
step 'machines in namespaces hear each other'
net cut db
wait_for 10 is_deaf || die 'a cable was pulled, and nobody noticed'
net mend db
wait_for 10 hears || die 'a cable was mended, and nobody noticed'
step 'a cable was pulled, and mended'
net down
trap - EXIT
step 'all ended'
