#!/bin/bash
# Builds the lab's guests from Debian packages, which it fetches and unpacks but never installs.
#
# usage: guest.sh OUT      needs: install.sh guest
#
#   OUT/vmlinuz           Debian's cloud kernel
#   OUT/plain.img         initramfs of a guest that panics on an NMI
#   OUT/kdump.img         the same with a crash kernel, which then writes a dump
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
  libxentoolcore1 libxentoollog1)
# In the order in which they load: each after those it needs.
crash_modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk virtio_console)
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
  local packages package uris want=()
  packages=$(choose_packages) || return 1
  mapfile -t packages <<<"$packages"
  uris=$(apt-get -q download --print-uris "${packages[@]}") || return 1
  awk '{ print $2 }' <<<"$uris" >"$work/files"
  for package in "${packages[@]}"; do
    [ -e "$debs/$(grep "^${package%%=*}_" "$work/files")" ] || want+=("$package")
  done
  [ ${#want[@]} -gt 0 ] || return 0
  # All arrives elsewhere first: a fetch that is cut short must leave no half file in $debs.
  (cd "$work/fetched" && apt-get -q -o APT::Sandbox::User= download "${want[@]}" >&2) || return 1
  mv "$work/fetched"/*.deb "$debs"
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

# Makes a tree with a busybox, an init and modules: make_tree TREE INIT MODULE...
make_tree() {
  local tree=$1 init=$2 applet module
  shift 2
  mkdir -p "$tree"/{bin,dev,lib,mnt,mod,proc,sys,tmp}
  ln -s lib "$tree/lib64"
  install -m 755 "$root/bin/busybox" "$tree/bin/"
  "$root/bin/busybox" --list | while read -r applet; do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  install -m 755 "$here/guest/$init" "$tree/init"
  install -m 644 "$here/guest/common.sh" "$tree/"
  for module; do
    find "$root/lib/modules" -name "$module.ko" -exec cp -t "$tree/mod" {} +
    [ -e "$tree/mod/$module.ko" ] || die "the kernel package has no module $module"
    echo "$module"
  done >"$tree/mod/order"
}

# Writes a tree as an initramfs to stdout.
archive() {
  (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0)
}

build() {
  local deb
  while read -r deb; do dpkg-deb -x "$debs/$deb" "$root"; done <"$work/files"
  libraries=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu
  build_module
  cp "$root"/boot/vmlinuz-* "$new/vmlinuz"

  make_tree "$work/plain" init "${guest_modules[@]}"
  cp "$work/module/hardstall.ko" "$work/plain/mod/"
  archive "$work/plain" | zstd -q -6 >"$new/plain.img"

  make_tree "$work/crash" crash-init "${crash_modules[@]}"
  put "$work/crash" "$root/usr/bin/makedumpfile"
  cp -a "$work/plain" "$work/kdump"
  put "$work/kdump" "$root/sbin/kexec"
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

for program in apt-get cpio dpkg-deb gcc make zstd; do
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
mkdir "$root" "$new" "$work/fetched"
fetch || { as_root apt-get -q update >&2 && fetch; } || die 'could not fetch the packages'
build
echo "$stamp" >"$new/stamp"
[ ! -e "$out" ] || mv "$out" "$work/old"
mv "$new" "$out"
