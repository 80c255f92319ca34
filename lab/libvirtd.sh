#!/bin/bash
# A libvirtd of its own: no systemd, and nothing of the host's /run, /etc or /var is touched.
#
# usage: libvirtd.sh start DIR   starts it and returns when it answers; takes up guests that still run
#        libvirtd.sh stop DIR    ends its guests and itself, however they were left
#        libvirtd.sh pid DIR     prints the daemon's process id; fails when none runs
#        libvirtd.sh uri DIR     prints what clients connect to: virsh -c "$(libvirtd.sh uri DIR)" list
#
# needs: install.sh libvirt, root
#
# QEMU_USER, from the environment of each start: who QEMU runs as, root (default) or libvirt-qemu, as Debian's own
# libvirtd has it: files of guests are then given to that user while they run.
# NETWORK=own, too: in a network namespace of its own, where its networks (install.sh network) get in nobody's way and go with it.
#
#   DIR/sock/libvirt-sock     the socket        DIR/log/             libvirtd's log, QEMU's logs
#   DIR/autodump/             dumps by on_crash=coredump-*           DIR/root/  its /run, /etc/libvirt, ...
#
# The daemon lives in a private mount namespace whose /run, /etc/libvirt, /etc/passwd, /etc/group,
# /var/lib/libvirt, /var/cache/libvirt and /var/log/libvirt lie in DIR/root: images and console
# logs of guests must be elsewhere (DIR is fine).
# Invariant: every process of this libvirtd, and no other one, sees DIR/root/run as its /run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

shadowed=(/run /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt)

# Prints the ids of the processes that live in this libvirtd's mount namespaces.
ours() {
  local proc
  for proc in /proc/[0-9]*; do
    # A zombie has no root any more; its death is over.
    if [ "$proc/root/run" -ef "$dir/root/run" ]; then echo "${proc#/proc/}"; fi
  done
}

none_left() { [ -z "$(ours)" ]; }

daemon() {
  local pid
  pid=$(cat "$dir/root/run/libvirtd.pid" 2>/dev/null) || return 1
  # A pid file outlives a daemon that was killed, and the number may be another process's by now.
  [ "/proc/$pid/root/run" -ef "$dir/root/run" ] && [ "$(cat "/proc/$pid/comm")" = libvirtd ] && echo "$pid"
}

answers() { timeout 30 virsh -q -c "$uri" version >/dev/null 2>&1; }

write_config() {
  local user=${QEMU_USER:-root}
  # libvirtd wants this user to exist, though no guest runs as it; only the system service's package makes it.
  cp /etc/passwd /etc/group "$dir/root/etc/"
  getent passwd libvirt-qemu >/dev/null || echo 'libvirt-qemu:x:64055:64055::/:/usr/sbin/nologin' >>"$dir/root/etc/passwd"
  getent group libvirt-qemu >/dev/null || echo 'libvirt-qemu:x:64055:' >>"$dir/root/etc/group"
  cat >"$dir/root/etc/libvirt/libvirtd.conf" <<-END
	unix_sock_dir = "$dir/sock"
	unix_sock_rw_perms = "0700"
	auth_unix_ro = "none"
	auth_unix_rw = "none"
	log_outputs = "3:file:$dir/log/libvirtd.log"
	END
  cat >"$dir/root/etc/libvirt/qemu.conf" <<-END
	user = "$user"
	group = "$user"
	dynamic_ownership = $([ "$user" = root ] && echo 0 || echo 1)
	remember_owner = 0
	security_driver = "none"
	namespaces = [ ]
	cgroup_controllers = [ ]
	stdio_handler = "file"
	auto_dump_path = "$dir/autodump"
	END
}

# Runs inside the new mount namespace, as the process that then becomes libvirtd.
enter() {
  local path
  for path in "${shadowed[@]}"; do
    # mkdir on the host's side, once, for hosts that never had a libvirt: an empty folder.
    mkdir -p "$path"
    mount --bind "$dir/root$path" "$path"
  done
  for path in /etc/passwd /etc/group; do mount --bind "$dir/root$path" "$path"; done
  if [ "${NETWORK:-}" = own ]; then
    ip link set lo up
    # What it tells of network devices belongs to who mounted it.
    mount -t sysfs sysfs /sys
  fi
  # Else libvirt would offer a KVM that cannot start a guest. Not to be written is what tells it so.
  [ "$(cat /run/accel)" = kvm ] || [ ! -e /dev/kvm ] || mount -o bind,ro /run/accel /dev/kvm
  exec libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirtd.pid
}

launch() {
  local path living network=()
  for path in "${shadowed[@]}" /run/lock /run/libvirt; do mkdir -p "$dir/root$path"; done
  write_config
  [ -s "$dir/root/run/accel" ] || "$here/accel.sh" >"$dir/root/run/accel"
  if [ "${NETWORK:-}" = own ]; then
    # Guests that run are in the one that was there.
    living=$(ours | head -n 1)
    if [ -n "$living" ]; then network=(nsenter --net="/proc/$living/ns/net"); else network=(unshare --net); fi
  fi
  # Its own session and no file of ours: else whoever waits for our output waits for ever.
  setsid -f "${network[@]}" unshare --mount --propagation private bash "${BASH_SOURCE[0]}" enter "$dir" \
    </dev/null >>"$dir/log/libvirtd.out" 2>&1 9<&-
  wait_for 10 daemon >/dev/null || died
}

died() {
  tail -qn 5 "$dir/log/libvirtd.out" "$dir/log/libvirtd.log" >&2 || true
  die "libvirtd did not start: see $dir/log"
}

start() {
  local path launched=no
  command -v libvirtd >/dev/null || die 'libvirtd is missing: run lab/install.sh libvirt'
  # sun_path holds 107 characters, and this is the longest socket's name.
  path=$dir/sock/libvirt-admin-sock
  [ ${#path} -le 107 ] || die "path too long for a unix socket by $((${#path} - 107)) characters: $path"
  for path in "${shadowed[@]}"; do
    case $dir/ in "$path"/*) die "the folder must not lie below $path, which this libvirtd cannot see" ;; esac
  done

  mkdir -p "$dir"/{sock,log,autodump}
  exec 9<"$dir"
  flock 9
  until answers; do
    # A daemon that was killed a moment ago may still look alive: hence here, not before the loop.
    if ! daemon >/dev/null; then
      [ $launched = no ] || died
      launch
      launched=yes
    fi
    [ $SECONDS -lt 60 ] || die "libvirtd does not answer: see $dir/log"
    sleep 0.05
  done
}

# The daemon first: it must not see its guests die and act on that.
stop() {
  local pid signal
  for signal in TERM KILL; do
    for pid in $(daemon) $(ours); do kill -$signal "$pid" 2>/dev/null || true; done
    wait_for 5 none_left && break
  done
  none_left || die "these processes would not end: $(ours | tr '\n' ' ')"
  # As after a reboot: nothing may take the dead guests for living ones.
  rm -rf "$dir/root/run"
}

[ $# = 2 ] || usage
[ "$1" = uri ] || [ "$(id -u)" = 0 ] || die 'needs root'
dir=$(realpath -m "$2")
uri="qemu+unix:///system?socket=$dir/sock/libvirt-sock"
case $1 in
  start) start ;;
  stop) stop ;;
  pid) daemon ;;
  uri) echo "$uri" ;;
  enter) enter ;;
  *) usage ;;
esac
