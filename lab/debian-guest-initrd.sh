#!/bin/bash
# Builds the initramfs of a crash kernel as a Debian guest does: by its kdump-tools and initramfs-tools, with files laid in
# as `remnant guest-setup` would. No guest has to boot for it, so that a test of those files takes seconds.
#
# usage: debian-guest-initrd.sh FILES OUT      needs: install.sh debian, root
#
#   FILES     a folder with etc/initramfs-tools/..., usr/local/...: laid over the tree as it is
#   OUT       the initramfs, for the cloud kernel that guest.sh unpacks too
#
# Not as in a guest: all modules that the hooks name and no others (MODULES=list), since there is no root disk to look at.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/debian-guest/bootstrap.sh"

packages=(makedumpfile initramfs-tools busybox linux-image-cloud-amd64 linux-base zstd)

[ $# = 2 ] || usage
[ "$(id -u)" = 0 ] || die 'needs root'
command -v mmdebstrap >/dev/null || die 'mmdebstrap is missing: run lab/install.sh debian'
files=$(cd "$1" && pwd) parent=$(folder "$(dirname "$2")")
out=$parent/$(basename "$2")
exec 9<"$parent"
flock 9

# The tree is kept for the next initramfs, packed; it is made anew when its packages have changed.
tree=$parent/debian-crash.tar
stamp=$({ cat "$here/debian-guest-initrd.sh" "$here/debian-guest/bootstrap.sh"; versions kdump-tools "${packages[@]}"; } | sha256sum)
work=$(mktemp -d "$parent/initrd-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ "$(cat "$tree.stamp" 2>/dev/null)" != "$stamp" ]; then
  # kdump-tools is only unpacked: its installation would load a crash kernel, and this machine's own.
  # shellcheck disable=SC2016 # $1 is the hook's own
  bootstrap "$work/new.tar" "${packages[@]}" -- \
    --customize-hook='chroot "$1" sh -c "PATH=/usr/sbin:/usr/bin:/sbin:/bin && cd /tmp && apt-get -q -o APT::Sandbox::User= download kdump-tools"' \
    --customize-hook='dpkg-deb --fsys-tarfile "$1"/tmp/kdump-tools_*.deb | tar -x -C "$1" --keep-directory-symlink' \
    --customize-hook='rm "$1"/tmp/kdump-tools_*.deb'
  mv "$work/new.tar" "$tree"
  echo "$stamp" >"$tree.stamp"
fi

mkdir "$work/root"
tar -C "$work/root" --exclude='./dev/*' -xf "$tree"
cp -r "$files/." "$work/root/"
echo MODULES=list >"$work/root/etc/initramfs-tools/conf.d/lab"
kernel=$(basename "$work"/root/boot/vmlinuz-*)
# kdump-tools' own way; a guest's kernel package calls the same.
PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$work/root" /etc/kernel/postinst.d/kdump-tools "${kernel#vmlinuz-}" >"$work/log" 2>&1 9<&- || {
  cat "$work/log" >&2
  die 'the initramfs could not be built'
}
mv "$work/root/var/lib/kdump/initrd.img-${kernel#vmlinuz-}" "$out"
