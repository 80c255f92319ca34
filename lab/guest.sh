#!/bin/bash
# Builds the lab's guests from Debian packages, which it fetches and unpacks but never installs.
#
# usage: guest.sh OUT      needs: install.sh guest
#
#   OUT/vmlinuz           Debian's cloud kernel
#   OUT/plain.img         initramfs of a guest that panics on an NMI
#   OUT/kdump.img         the same with a crash kernel, which then writes a dump, and a guest agent
#   OUT/disk.raw          a disk that boots the first of them by itself, with GRUB
#   OUT/bin/makedumpfile  to read dumps on the host; its libraries are in OUT/lib
#   OUT/../debs           the packages, kept for the next build
#
# The guests' options are told in guest/init and guest/crash-init.
# Invariant: OUT is complete or absent; it is built anew only when a file it comes from has changed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

flavour=cloud-amd64
tools=(busybox-static kexec-tools makedumpfile libdw1 libelf1 liblzo2-2
  libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenmisc4.17
  libxentoolcore1 libxentoollog1
  qemu-guest-agent libglib2.0-0 libnuma1 liburing2 grub-common grub-pc-bin libdevmapper1.02.1)
# In the order in which they load: each after those it needs.
crash_modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk virtio_console)
# What a crash kernel needs to reach an NFS server; it loads them only then.
nfs_modules=(failover net_failover virtio_net netfs fscache sunrpc grace lockd nfs dns_resolver nfsv4)
# What a guest loads only when it is to have an address, to heed its power button, to look for its config drive.
net_modules=(failover net_failover virtio_net)
power_modules=(evdev button)
cd_modules=(scsi_common scsi_mod cdrom sr_mod virtio_scsi isofs)
guest_modules=("${crash_modules[@]}" pvpanic pvpanic-mmio pvpanic-pci qemu_fw_cfg)

# Names the packages to build from, as NAME=VERSION or NAME, one a line.
choose_packages() {
  local image release version
  image=$(apt-cache depends "linux-image-$flavour" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p')
  [ -n "$image" ] || return 1
  release=${image#linux-image-}
  version=$(apt-cache show --no-all-versions "$image" | sed -n 's/^Version: //p')
  # Kernel and headers of one version to the last digit: otherwise the module does not load.
  printf "%s=$version\n" "$image" "linux-headers-$release" "linux-headers-${release%-"$flavour"}-common" \
    "linux-kbuild-$(cut -d. -f1,2 <<<"$release")"
  printf '%s\n' "${tools[@]}"
}

# Brings the packages into $debs, as far as they are not there, and writes their file names to $work/files.
fetch() {
  local packages
  packages=$(choose_packages) || return 1
  mapfile -t packages <<<"$packages"
  fetch_debs "$debs" "${packages[@]}" >"$work/files"
}

# Builds hardstall.ko against the unpacked headers of the guest's kernel.
build_module() {
  local headers
  headers=$(echo "$root"/usr/src/linux-headers-*-"$flavour")
  # The headers name their common part by the path that it would have if it were installed.
  sed -i "s|/usr/src/|$root/usr/src/|" "$headers/Makefile"
  mkdir "$work/module"
  cp "$here/hardstall.c" "$work/module/"
  echo 'obj-m := hardstall.o' >"$work/module/Makefile"
  LD_LIBRARY_PATH=$libraries make -s -C "$headers" M="$work/module" modules >"$work/make.log" 2>&1 || {
    cat "$work/make.log" >&2
    die 'hardstall.ko does not build'
  }
  strip --strip-debug "$work/module/hardstall.ko"
}

# Puts a program and the shared libraries it needs into a tree: put TREE PROGRAM
put() {
  local tree=$1 program=$2 library
  install -D -m 755 -t "$tree/bin" "$program"
  LD_LIBRARY_PATH=$libraries ldd "$program" | grep -o '/[^ ]*' |
    while read -r library; do install -D -m 755 -t "$tree/lib" "$library"; done
}

# Puts modules into a tree, with the order in which they load: put_modules TREE LIST MODULE...
put_modules() {
  local tree=$1 list=$2 module
  shift 2
  for module; do
    find "$root/lib/modules" -name "$module.ko" -exec cp -t "$tree/mod" {} +
    [ -e "$tree/mod/$module.ko" ] || die "the kernel package has no module $module"
    echo "$module"
  done >"$tree/mod/$list"
}

# Makes a tree with a busybox, an init and modules: make_tree TREE INIT MODULE...
make_tree() {
  local tree=$1 init=$2 applet
  shift 2
  mkdir -p "$tree"/{bin,dev,lib,mnt,mod,proc,run,sys,tmp,var/crash}
  ln -s lib "$tree/lib64"
  install -m 755 "$root/bin/busybox" "$tree/bin/"
  "$root/bin/busybox" --list | while read -r applet; do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  install -m 755 "$here/guest/$init" "$tree/init"
  install -m 644 "$here/guest/common.sh" "$tree/"
  put_modules "$tree" order "$@"
}

# Writes a tree as an initramfs to stdout.
archive() {
  (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0)
}

# Makes the disk: GRUB's first sector and its core, and a partition with a CD's file system, which needs no mounting.
make_disk() {
  local modules=$root/usr/lib/grub/i386-pc start=2048 tree=$work/disk
  mkdir "$tree"
  cp "$new/vmlinuz" "$new/plain.img" "$tree/"
  cat >"$work/grub.cfg" <<-END
	set root=(hd0,msdos1)
	linux /vmlinuz console=ttyS0 quiet no_timer_check kd.tell=on kd.button=on
	initrd /plain.img
	boot
	END
  LD_LIBRARY_PATH=$libraries "$root/usr/bin/grub-mkimage" -O i386-pc -d "$modules" -p / -c "$work/grub.cfg" \
    -o "$work/core.img" biosdisk part_msdos iso9660 linux boot
  [ "$(stat -c %s "$work/core.img")" -lt $((512 * 1023)) ] || die "GRUB's core does not fit before the mark and the partition"
  genisoimage -quiet -r -o "$work/disk.iso" "$tree"
  truncate -s 64M "$new/disk.raw"
  echo "start=$start, type=83, bootable" | sfdisk -q "$new/disk.raw"
  dd if="$modules/boot.img" of="$new/disk.raw" bs=440 count=1 conv=notrunc status=none
  dd if="$work/core.img" of="$new/disk.raw" bs=512 seek=1 conv=notrunc status=none
  dd if="$work/disk.iso" of="$new/disk.raw" bs=512 seek=$start conv=notrunc,sparse status=none
}

build() {
  local deb
  while read -r deb; do dpkg-deb -x "$debs/$deb" "$root"; done <"$work/files"
  libraries=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu
  build_module
  cp "$root"/boot/vmlinuz-* "$new/vmlinuz"

  make_tree "$work/plain" init "${guest_modules[@]}"
  put_modules "$work/plain" net "${net_modules[@]}"
  put_modules "$work/plain" power "${power_modules[@]}"
  put_modules "$work/plain" cd "${cd_modules[@]}"
  cp "$work/module/hardstall.ko" "$work/plain/mod/"
  archive "$work/plain" | zstd -q -6 >"$new/plain.img"
  make_disk

  make_tree "$work/crash" crash-init "${crash_modules[@]}"
  put_modules "$work/crash" nfs "${nfs_modules[@]}"
  put "$work/crash" "$root/usr/bin/makedumpfile"
  cp -a "$work/plain" "$work/kdump"
  put "$work/kdump" "$root/sbin/kexec"
  put "$work/kdump" "$root/usr/sbin/qemu-ga"
  mkdir "$work/kdump/crash"
  cp "$new/vmlinuz" "$work/kdump/crash/"
  archive "$work/crash" | zstd -q -6 >"$work/kdump/crash/initrd"
  # Not compressed: nearly all of it is already, and the guest starts sooner.
  archive "$work/kdump" >"$new/kdump.img"

  put "$work/host" "$root/usr/bin/makedumpfile"
  mkdir "$new/bin" "$new/lib"
  # Only the libraries that come from packages unpacked here: the C library must be the host's own.
  (cd "$work/host/lib" && cp -t "$new/lib" libdw.so.1 libelf.so.1 liblzo2.so.2)
  cp "$work/host/bin/makedumpfile" "$new/lib/"
  cp "$here/guest/makedumpfile" "$new/bin/"
}

[ $# = 1 ] || usage
sources=("$here/guest.sh" "$here/lib.sh" "$here/hardstall.c" "$here"/guest/*)
stamp=$(cat "${sources[@]}" | sha256sum)
[ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ] || exit 0

for program in apt-get cpio dpkg-deb gcc genisoimage make sfdisk zstd; do
  command -v "$program" >/dev/null || die "$program is missing: run lab/install.sh guest"
done
parent=$(folder "$(dirname "$1")")
out=$parent/$(basename "$1")
debs=$(folder "$parent/debs")
# One build at a time, and the second finds the first one's work done.
exec 9<"$debs"
flock 9
[ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
case $parent in *[[:space:]:]*) die "the kernel's makefiles cannot work below a path with a space or colon: $parent" ;; esac

rm -rf "$parent"/guest-build.* # left by runs that were killed
work=$(mktemp -d "$parent/guest-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
root=$work/root new=$work/new
mkdir "$root" "$new"
fetch || { as_root apt-get -q update >&2 && fetch; } || die 'could not fetch the packages'
build
echo "$stamp" >"$new/stamp"
[ ! -e "$out" ] || mv "$out" "$work/old"
mv "$new" "$out"
