#!/bin/bash
# An NFS server of its own (nfs-ganesha, in user space): NFS 4.1 on loopback, no rpcbind, nothing installed.
#
# usage: nfs.sh build OUT             fetches the packages and unpacks what is needed; OUT/../debs keeps them
#        nfs.sh start OUT DIR PORT    starts it and returns when it listens on 127.0.0.1:PORT
#        nfs.sh stop OUT DIR          ends it
#
# needs: install.sh libvirt (whose packages bring the libraries that are not in OUT), root
#
#   DIR/export    what it serves as /export, to whoever asks, with the caller's user ids
#   DIR/log       its log
#
# Invariant: OUT is complete or absent; one server a DIR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

packages=(nfs-ganesha nfs-ganesha-vfs libntirpc4.3 liburcu8 libnfsidmap1 libwbclient0)

build() {
  local parent debs stamp deb files
  stamp=$(sha256sum <"$here/nfs.sh")
  [ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  parent=$(folder "$(dirname "$1")")
  debs=$(folder "$parent/debs")
  exec 9<"$debs"
  flock 9
  [ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf "$parent"/nfs-build.* # left by runs that were killed
  work=$(mktemp -d "$parent/nfs-build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  files=$(need_debs "$debs" "${packages[@]}")
  while read -r deb; do dpkg-deb -x "$debs/$deb" "$work/root"; done <<<"$files"
  mkdir "$work/new"
  cp "$work/root/usr/bin/ganesha.nfsd" "$work/root"/usr/lib/ganesha/*.so.* "$work/root"/usr/lib/x86_64-linux-gnu/ganesha/libfsalvfs.so \
    "$work/root"/usr/lib/x86_64-linux-gnu/*.so.* "$work/new/"
  echo "$stamp" >"$work/new/stamp"
  [ ! -e "$1" ] || mv "$1" "$work/old"
  mv "$work/new" "$1"
}

# Prints its process id; fails when none runs. A pid file outlives a server that was killed.
server() {
  local pid
  pid=$(cat "$dir/pid" 2>/dev/null) || return 1
  [ "$(readlink "/proc/$pid/exe")" = "$out/ganesha.nfsd" ] && echo "$pid"
}

gone() { ! server >/dev/null; }
listens() { (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
up_or_dead() { listens || ! kill -0 "$started" 2>/dev/null; }

start() {
  mkdir -p "$dir"/{export,state}
  cat >"$dir/conf" <<-END
	NFS_CORE_PARAM {
	  NFS_Port = $port;
	  Bind_addr = 127.0.0.1;
	  # Not 3: that one wants an rpcbind.
	  NFS_Protocols = 4;
	  Enable_UDP = false;
	  Enable_NLM = false;
	  Enable_RQUOTA = false;
	  Plugins_Dir = "$out";
	}
	# No grace period to wait for, users by number, no Kerberos.
	NFSV4 { RecoveryRoot = "$dir/state"; Graceless = true; UseGetpwnam = true; Only_Numeric_Owners = true; }
	NFS_KRB5 { Active_krb5 = false; }
	EXPORT {
	  Export_Id = 1;
	  Path = "$dir/export";
	  Pseudo = /export;
	  Protocols = 4;
	  Transports = TCP;
	  Access_Type = RW;
	  Squash = None;
	  SecType = sys;
	  FSAL { Name = VFS; }
	}
	END
  ! listens || die "something else listens on port $port"
  LD_LIBRARY_PATH=$out setsid "$out/ganesha.nfsd" -F -f "$dir/conf" -L "$dir/log" -p "$dir/state/pid" </dev/null >"$dir/out" 2>&1 9<&- &
  started=$!
  echo "$started" >"$dir/pid"
  if ! { wait_for 30 up_or_dead && server >/dev/null; }; then
    tail -n 5 "$dir/log" "$dir/out" >&2
    die 'the NFS server did not start'
  fi
}

stop() {
  local pid
  pid=$(server) || return 0
  kill -TERM "$pid"
  wait_for 5 gone || kill -KILL "$pid"
  rm -f "$dir/pid"
}

[ $# -ge 2 ] || usage
out=$(realpath -m "$2")
if [ "$1" = build ]; then
  build "$out"
  exit 0
fi
dir=$(realpath -m "${3:?nfs.sh: DIR is missing}") port=${4:-}
case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
