#!/bin/bash
# A demo cloud in the background: Remnant all-in-one on SQLite, on a libvirtd of its own or on simulated hosts.
#
# usage: cloud.sh up STATE PORT [SIM]   starts it and returns when it answers; PORT 0 is any free one, SIM a number of
#                                       simulated hosts
#        cloud.sh down STATE            stops it, its guests and its libvirtd; what it knows stays in STATE
#
# needs: install.sh guest libvirt, guest.sh var/lab/guest (neither with SIM), the project's Node in PATH
#
#   STATE/clouds.yaml     how to sign in: clouds admin, demo and alt        STATE/remnantd.log   its log
#   STATE/remnant.yaml    its configuration, written anew at each start     STATE/images/        plain, kdump and disk
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
root=$(cd "$here/.." && pwd)

# Not Python's: with SIM, nothing is needed but Node.
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

answers() {
  node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$url/"
}

# An image of the demo cloud. usage: image NAME UUID KERNEL INITRD MIN_RAM COMMAND_LINE
image() {
  local dir="$state/images/$1"
  mkdir -p "$dir"
  ln -sfn "$3" "$dir/kernel"
  ln -sfn "$4" "$dir/initrd"
  cat >"$dir/image.yaml" <<YAML
id: $2
name: $1
kernel: kernel
initrd: initrd
min_ram: $5
properties:
  os_command_line: "$6"
YAML
}

# The image that boots from its disk. usage: disk_image FILE
disk_image() {
  local dir="$state/images/disk"
  mkdir -p "$dir"
  ln -sfn "$1" "$dir/disk.raw"
  cat >"$dir/image.yaml" <<YAML
id: 70000000-0000-4000-8000-000000000003
name: disk
disk: disk.raw
disk_format: raw
min_ram: 128
YAML
}

images() {
  local guest="$root/var/lab/guest" kernel initrd kdump disk=
  if [ -n "$sim" ]; then
    # A simulated host never reads them.
    mkdir -p "$state/images"
    echo 'a simulated kernel' >"$state/images/simulated"
    kernel=$state/images/simulated initrd=$kernel kdump=$kernel disk=$kernel
  else
    [ -e "$guest/stamp" ] || die "no guest at $guest: run lab/guest.sh var/lab/guest"
    kernel=$guest/vmlinuz initrd=$guest/plain.img kdump=$guest/kdump.img
  fi
  disk_image "${disk:-$guest/disk.raw}"
  image plain 70000000-0000-4000-8000-000000000001 "$kernel" "$initrd" 128 "console=ttyS0 quiet ${PLAIN_OPTIONS:-}"
  image kdump 70000000-0000-4000-8000-000000000002 "$kernel" "$kdump" 512 \
    "console=ttyS0 quiet nokaslr crashkernel=128M crash_kexec_post_notifiers kd.agent=on kd.dump=port ${KDUMP_OPTIONS:-}"
}

hosts() {
  local i
  if [ -n "$sim" ]; then
    for i in $(seq "$sim"); do echo "  - { name: sim-$i, driver: sim }"; done
  else
    local name
    name=$(hostname | tr -cd 'a-zA-Z0-9._-')
    echo "  - { name: ${name:-local}, driver: libvirt, socket: $1/sock/libvirt-sock, accel: $("$here/accel.sh") }"
  fi
}

configuration() {
  cat <<YAML
# Written by lab/cloud.sh at each start.
state_dir: $state
dumps: { makedumpfile: "$root/var/lab/guest/lib/makedumpfile" }
api: { port: $port }
identity:
  accounts:
    - { user: admin, project: admin, role: admin }
    - { user: demo, project: demo, role: member }
    - { user: alt, project: alt, role: member }
flavors:
  - { id: "1", name: small, vcpus: 1, ram: 128 }
  - { id: "2", name: medium, vcpus: 1, ram: 512 }
hosts:
$(hosts "$1")
YAML
}

up() {
  local libvirt=
  if id=$(pid_in "${server[@]}"); then
    answers || die "it runs (pid $id) but does not answer at $url: see $state/remnantd.log"
    say_how
    return
  fi
  ! answers || die "something else answers at $url: choose another PORT"
  chmod 700 "$state"
  if [ -z "$sim" ]; then
    # A socket's path is bounded: a deep STATE gets its libvirtd elsewhere.
    libvirt=$state/libvirt
    [ ${#libvirt} -le 83 ] || libvirt=$(cat "$state/libvirt.at" 2>/dev/null || mktemp -d /tmp/remnant-XXXXXX)
    echo "$libvirt" >"$state/libvirt.at"
    "$here/libvirtd.sh" start "$libvirt" >/dev/null
  fi
  images
  configuration "$libvirt" >"$state/remnant.yaml"
  setsid "$root/remnantd/bin/remnantd.mjs" serve --config "$state/remnant.yaml" \
    >>"$state/remnantd.log" 2>&1 </dev/null &
  echo $! >"$state/remnantd.pid"
  wait_for 30 ready || { tail -5 "$state/remnantd.log" >&2; down; die "it did not come up: see $state/remnantd.log"; }
  say_how
}

# Ready: it answers, and every host has been heard, so that a first server finds a place.
ready() {
  pid_in "${server[@]}" >/dev/null || return 1
  [ -s "$state/clouds.yaml" ] && answers && grep -q '"msg":"host met"' "$state/remnantd.log"
}

down() {
  end_pid_in 20 "${server[@]}"
  if [ -s "$state/libvirt.at" ]; then "$here/libvirtd.sh" stop "$(cat "$state/libvirt.at")" >/dev/null; fi
}

say_how() {
  cat <<TEXT
Remnant answers at $url
  first:     export PATH=$root/.tools/bin:$root/node_modules/.bin:\$PATH
  sign in:   export OS_CLIENT_CONFIG_FILE=$state/clouds.yaml OS_CLOUD=demo      (or admin, alt)
  then:      openstack server list            remnant server list
  compute    $url/v2.1
  identity   $url/identity/v3
  image      $url/image/v2
  remnant    $url/remnant/v1
  log        $state/remnantd.log
TEXT
}

[ $# -ge 2 ] || usage
state=$(folder "$2")
server=("$state/remnantd.pid" "$state/remnant.yaml")
case $1 in
  up)
    port=${3:?cloud.sh: PORT is missing} sim=${4:-}
    case $port in *[!0-9]*) die "PORT is a number, not \"$port\"" ;; esac
    case $sim in *[!0-9]*) die "SIM is a number of hosts, not \"$sim\"" ;; esac
    [ "$port" != 0 ] || port=$(free_port)
    url=http://127.0.0.1:$port
    up
    ;;
  down) down ;;
  *) usage ;;
esac
