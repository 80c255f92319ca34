#!/bin/bash
# Builds the disk image of a real Debian guest, as a cloud would offer it: systemd, cloud-init, GRUB, Debian's cloud kernel.
#
# usage: debian-guest.sh OUT      needs: install.sh guest libvirt debian, root
#
#   OUT/disk.raw   one ext4 partition, root=/dev/vda1, serial console, no network, no password
#
# cloud-init takes what it shall do from a NoCloud seed: a file system with the label CIDATA.
# The packages that a guest needs for its crash dumps are not installed: they lie in a repository of files inside the image,
# /var/local/debs, the only one apt knows there, so that a guest without a network can install them as any other would.
# The packages come from the mirrors that this machine's apt is set up with.
# Invariant: OUT is complete or absent; it is built anew only when this script, what it reads, or the packages have changed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/debian-guest/bootstrap.sh"

# What makes it a guest of a cloud.
system=(init systemd-sysv udev kmod cloud-init linux-image-cloud-amd64 initramfs-tools zstd grub-pc linux-base)
# What `remnant guest-setup` asks for.
wanted=(kdump-tools makedumpfile kexec-tools qemu-guest-agent)
size=1536M
start=1048576 # where the partition begins, in bytes: behind GRUB

stamp_of_now() {
  { cat "$here/debian-guest.sh" "$here"/debian-guest/*; versions "${system[@]}" "${wanted[@]}"; } | sha256sum
}

# The index of a repository that is one folder: index FOLDER
index() {
  local deb
  (cd "$1" && for deb in *.deb; do
    dpkg-deb -f "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
  done >Packages)
}

# The root file system, in the folder $root.
make_root() {
  local kernel
  bootstrap "$root" "${system[@]}" -- --customize-hook="$here/debian-guest/customize \"\$1\" ${wanted[*]}"
  index "$root/var/local/debs"
  kernel=$(basename "$root"/boot/vmlinuz-*)
  sed "s/@RELEASE@/${kernel#vmlinuz-}/" "$here/debian-guest/grub.cfg" >"$root/boot/grub/grub.cfg"
}

# GRUB without a loop device: its first sector, and behind it the core that finds the partition.
make_boot() {
  local modules=$root/usr/lib/grub/i386-pc
  mkdir -p "$root/boot/grub/i386-pc"
  cp "$modules"/*.mod "$modules"/*.lst "$root/boot/grub/i386-pc/"
  chroot "$root" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /tmp/core.img biosdisk part_msdos ext2
  mv "$root/tmp/core.img" "$work/core.img"
  cp "$modules/boot.img" "$work/boot.img"
  [ "$(stat -c %s "$work/core.img")" -lt $((start - 512)) ] || die "GRUB's core does not fit before the partition"
}

make_disk() {
  local disk=$new/disk.raw
  truncate -s "$size" "$disk"
  echo "start=$((start / 512)), type=83, bootable" | sfdisk -q "$disk"
  mke2fs -q -t ext4 -L root -E offset="$start,root_owner=0:0" -d "$root" "$disk" "$(($(stat -c %s "$disk") / 1024 - start / 1024))"
  dd if="$work/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
  dd if="$work/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
}

[ $# = 1 ] || usage
[ "$(id -u)" = 0 ] || die 'needs root'
stamp=$(stamp_of_now)
[ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
for program in mmdebstrap mke2fs sfdisk; do
  command -v "$program" >/dev/null || die "$program is missing: run lab/install.sh debian"
done
parent=$(folder "$(dirname "$1")")
out=$parent/$(basename "$1")
# One build at a time, and the second finds the first one's work done.
exec 9<"$parent"
flock 9
[ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ] || exit 0

work=$(mktemp -d "$parent/debian-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
root=$work/root new=$work/new
mkdir "$root" "$new"
make_root
make_boot
make_disk
echo "$stamp" >"$new/stamp"
[ ! -e "$out" ] || mv "$out" "$work/old"
mv "$new" "$out"
