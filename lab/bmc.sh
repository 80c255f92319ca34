#!/bin/bash
# A machine of bare metal, as far as Ironic can tell: a BMC on loopback, by IPMI (bmc.py) or Redfish (redfish.ts), and behind it a
# guest that guest.sh has built. It has no panic device and no ports, only a serial console.
#
# usage: bmc.sh start DIR GUEST [IMAGE [OPTIONS...]]   starts the BMC and prints where it is when it answers
#        bmc.sh silence DIR     it is off the network: no packet is answered, and the machine goes on
#        bmc.sh wake DIR        it is back
#        bmc.sh stop DIR        ends it and its machine
#
# needs: install.sh guest ironic, the project's Node in PATH (Redfish)
#
#   GUEST    folder made by guest.sh                    IMAGE    plain (default, 256 MiB) or kdump (512 MiB)
#   OPTIONS  for the kernel's command line: kd.stall=hard kd.after=3
# From the environment of start:
#   PROTOCOL=ipmi|redfish (ipmi)     ADDRESS=127.0.0.N (127.0.0.1): Ironic spaces the IPMI commands of one address
#   BMC_PORT=N (0: the one it had, or any free one)     BMC_ON=1 the machine is on     BMC_NO_NMI=1 it takes no NMI
#   ACCEL=kvm|tcg; without it, what accel.sh says
#
#   DIR/password      of the user "admin", made at the first start; written anew, it is another from the next sign-in on
#   DIR/console.log   the serial console, of all times it was on     DIR/disk.img   kdump's: an ext4 disk, dumps with kd.dump=ext4
#   DIR/bmc.log       what was asked of the BMC: a JSON line each    DIR/qmp.sock, DIR/serial.sock   QEMU's
#
# Prints ADDRESS:PORT for IPMI, a URL for Redfish. Invariant: nothing outside DIR is written, and it is its owner's only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/marked.sh"
umask 077

runs() { marked "$mark" | grep -qxF "$(cat "$dir/bmc.pid" 2>/dev/null)"; }
# A process just begun is not marked yet.
ended() { ! kill -0 "$(cat "$dir/bmc.pid")" 2>/dev/null; }
listens() { grep -qF '"listening"' "$dir/bmc.log"; }
ready() { ended || listens; }

machine() {
  local memory=256 more=()
  case $image in
    plain) ;;
    kdump)
      memory=512
      options="crashkernel=128M nokaslr $options"
      [ -e "$dir/disk.img" ] || { truncate -s 128M "$dir/disk.img" && /sbin/mkfs.ext4 -q "$dir/disk.img"; }
      more=(-drive "file=$dir/disk.img,format=raw,if=virtio")
      ;;
    *) usage ;;
  esac
  machine=(qemu-system-x86_64 -accel "${ACCEL:-$("$here/accel.sh")}" -machine q35 -m "$memory" -nodefaults -no-user-config
    -display none -qmp "unix:$dir/qmp.sock,server=on,wait=off"
    -chardev "socket,id=serial,path=$dir/serial.sock,server=on,wait=off,logfile=$dir/console.log,logappend=on" -serial chardev:serial
    -kernel "$guest/vmlinuz" -initrd "$guest/$image.img"
    # An emulated timer is late on a busy machine.
    -append "console=ttyS0 quiet no_timer_check $options" "${more[@]}")
}

start() {
  local protocol=${PROTOCOL:-ipmi} address=${ADDRESS:-127.0.0.1} port=${BMC_PORT:-0} program where
  # sun_path holds 107 characters.
  [ ${#dir} -le 95 ] || die "path too long for a unix socket: $dir"
  exec 9<"$dir"
  flock 9
  end_marked "$mark"
  [ "$port" != 0 ] || port=$(cat "$dir/port" 2>/dev/null || true)
  case $protocol in
    ipmi)
      port=${port:-$(free_port_of udp "$address")} where=$address:$port
      program=(/usr/bin/python3 "$here/bmc.py")
      ;;
    redfish)
      port=${port:-$(free_port_of tcp "$address")} where=http://$address:$port
      program=(node "$here/redfish.ts")
      ;;
    *) usage ;;
  esac
  echo "$port" >"$dir/port"
  [ -s "$dir/password" ] || od -An -N8 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
  machine
  : >>"$dir/console.log"
  : >"$dir/bmc.log"
  env "$mark" setsid "${program[@]}" --address "$address" --port "$port" --user admin --password "$dir/password" \
    --qmp "$dir/qmp.sock" --serial "$dir/serial.sock" ${BMC_ON:+--on} ${BMC_NO_NMI:+--no-nmi} -- "${machine[@]}" \
    >>"$dir/bmc.log" 2>&1 </dev/null 9<&- &
  echo $! >"$dir/bmc.pid"
  wait_for 30 ready || { end_marked "$mark"; die "it does not listen: see $dir/bmc.log"; }
  runs || { tail -5 "$dir/bmc.log" >&2; die "it did not start: see $dir/bmc.log"; }
  echo "$where"
}

# Sends the BMC alone a signal.
signal() {
  runs || die "no BMC runs in $dir"
  kill -"$1" "$(cat "$dir/bmc.pid")"
}

[ $# -ge 2 ] || usage
dir=$(folder "$2")
mark=REMNANT_LAB_BMC=$dir
case $1 in
  start)
    guest=$(cd "${3:?bmc.sh: GUEST is missing}" && pwd) image=${4:-plain} options=${*:5}
    start
    ;;
  silence) signal STOP ;;
  wake) signal CONT ;;
  stop) end_marked "$mark" ;;
  *) usage ;;
esac
