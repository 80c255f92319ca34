#!/bin/bash
# Prints the libvirt XML of a guest that guest.sh has built, for virsh create.
#
# usage: domain.sh NAME GUEST LOGS [IMAGE [MEMORY [OPTIONS...]]]
#
#   GUEST    folder made by guest.sh
#   LOGS     folder for NAME.console.log; kdump guests also need NAME.dump and NAME.status there
#   IMAGE    plain (default) or kdump       MEMORY  MiB, default 128 (plain) or 512 (kdump)
#   OPTIONS  for the kernel's command line: kd.stall=hard kd.after=3
#   ACCEL    kvm or tcg, from the environment; without it, what accel.sh says
#
# Invariant: the guest has an ISA pvpanic device and is preserved when it panics.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

[ $# -ge 3 ] || usage
name=$1 guest=$(cd "$2" && pwd) logs=$(folder "$3") image=${4:-plain}
options="console=ttyS0 quiet ${*:6}" channels=
case $image in
  plain) memory=${5:-128} ;;
  kdump)
    memory=${5:-512} options="crashkernel=128M $options"
    channels="<channel type='file'><source path='$logs/$name.dump'/><target type='virtio' name='remnant.dump'/></channel>
    <channel type='file'><source path='$logs/$name.status'/><target type='virtio' name='remnant.status'/></channel>"
    ;;
  *) usage ;;
esac
type=qemu
[ "${ACCEL:-$("$here/accel.sh")}" = tcg ] || type=kvm

cat <<END
<domain type='$type'>
  <name>$name</name>
  <memory unit='MiB'>$memory</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>$guest/vmlinuz</kernel>
    <initrd>$guest/$image.img</initrd>
    <cmdline>$options</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>preserve</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='pty'><log file='$logs/$name.console.log' append='off'/><target port='0'/></serial>
    <panic model='isa'/>
    $channels
  </devices>
</domain>
END
