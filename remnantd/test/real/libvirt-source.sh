#!/bin/bash
# Fetches the protocol files and headers of the libvirt that is installed, from Debian's source package.
#
# usage: libvirt-source.sh OUT     OUT then holds *.x and *.h; nothing is done when it is there
#
# The machine's own apt configuration is read but not changed: the source lists live in a folder of their own.
# Invariant: OUT is complete or absent.
set -euo pipefail

[ $# = 1 ] || { sed -n '2,/^[^#]/s/^#\( \|$\)//p' "$0" >&2; exit 2; }
version=$(dpkg-query -W -f '${source:Version}' libvirt-daemon)
out=$1/$version
if [ ! -e "$out/qemu_protocol.x" ]; then
  mkdir -p "$1"
  work=$(mktemp -d "$1/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{state/lists/partial,cache/archives/partial,source,new}

  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  apt-get indextargets --format "deb-src [signed-by=$keys] \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
    'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u >"$work/sources.list"
  cat >"$work/apt.conf" <<END
Dir::State "$work/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
Acquire::Languages "none";
APT::Sandbox::User "";
END
  export APT_CONFIG=$work/apt.conf
  apt-get -q update >&2
  (cd "$work/source" && apt-get -q source --download-only --only-source "libvirt=$version" >&2)
  # The signature beside it would match the archive's pattern below; apt has checked the archive's hash.
  rm -f "$work"/source/*.asc
  tar -x -C "$work/new" --strip-components 2 --wildcards -f "$work"/source/libvirt_*.orig.tar.* \
    '*/src/remote/remote_protocol.x' '*/src/remote/qemu_protocol.x' '*/src/rpc/virnetprotocol.x' '*/src/rpc/virkeepaliveprotocol.x' \
    '*/src/libvirt_internal.h' '*/include/libvirt/libvirt-domain.h' '*/include/libvirt/virterror.h'
  find "$work/new" -mindepth 2 -type f -exec mv -t "$work/new" {} +
  find "$work/new" -mindepth 1 -type d -empty -delete
  rm -rf "$out" # one that was made before a file was added to the list
  mv -T "$work/new" "$out"
fi
echo "$out"
