#!/bin/bash
# Installs the Debian packages that the lab needs, and only those that are missing.
#
# usage: install.sh SET...        sets: guest libvirt network clients keystone glance ironic postgres nats clock debian build
#
# Invariant: an installation starts, stops and restarts no service; when nothing is missing,
# nothing is touched and neither root nor a network is needed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

declare -A sets=(
  # What guest.sh needs: an archiver, a compressor, a compiler for one kernel module, what makes a disk.
  [guest]='cpio fdisk gcc genisoimage libc6-dev make zstd'
  # QEMU and a libvirt daemon, without the package that makes that daemon a system service; what makes disks and config drives.
  [libvirt]='genisoimage libvirt-clients libvirt-daemon libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils'
  # What libvirt's networks need to give out addresses.
  [network]='dnsmasq-base iproute2'
  # Unmodified OpenStack clients.
  [clients]='python3-novaclient python3-openstackclient'
  # A real PostgreSQL and a real NATS.
  [postgres]='postgresql-15'
  [nats]='nats-server'
  # A wall clock of its own for one process.
  [clock]='libfaketime'
  # A real Keystone and a server for it, without the package that makes it a system service.
  [keystone]='python3-keystone python3-waitress'
  # What glance.sh needs: of what Glance wants, all but the packages that bring an iSCSI daemon to the machine.
  [glance]="python3-cursive python3-defusedxml python3-eventlet python3-httplib2 python3-keystonemiddleware python3-migrate python3-os-win \
python3-oslo.limit python3-oslo.messaging python3-oslo.upgradecheck python3-osprofiler python3-pastedeploy python3-prettytable \
python3-retrying python3-routes python3-sqlparse python3-taskflow python3-waitress python3-wsme qemu-utils"
  # A real Ironic without the packages that make it a system service; what speaks IPMI from both ends, machines, consoles.
  [ironic]='ironic-common ipmitool python3-pyghmi qemu-system-x86 socat'
  # What debian-guest.sh needs to make a disk without mounting one; a CD of user data; a reader of shell scripts.
  [debian]='e2fsprogs fdisk genisoimage mmdebstrap shellcheck'
  # What a bare machine lacks to fetch Node and the npm packages.
  [build]='ca-certificates curl git make xz-utils'
)

policy=/usr/sbin/policy-rc.d
mark='# put here by lab/install.sh, for as long as it runs'

# Prints those of the given packages that are not installed, one a line.
missing() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sed -n 's/^installed //p' <<<"$installed" | sort -u)
}

# maintainer scripts ask policy-rc.d before they touch a service; 101 means "forbidden". A host that
# has such a file has decided for itself; a file with our mark was left by a run that was killed.
forbid_services() {
  if [ -e "$policy" ] && ! grep -qxF "$mark" "$policy"; then return; fi
  trap 'rm -f "$policy"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
}

apt() {
  apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# Fetches first and installs after, so that only a failed fetch (lists absent or stale) costs an update.
install() {
  local fetch=(install --no-install-recommends --download-only "$@")
  apt "${fetch[@]}" || { apt update && apt "${fetch[@]}"; }
  apt install --no-install-recommends "$@"
}

[ $# -gt 0 ] || usage
names=()
for set in "$@"; do
  [ -n "${sets[$set]:-}" ] || die "no set '$set'; there are: ${!sets[*]}"
  read -ra more <<<"${sets[$set]}"
  names+=("${more[@]}")
done
command -v dpkg-query >/dev/null || die 'this is not a Debian machine: dpkg-query is missing'
mapfile -t lack < <(missing "${names[@]}")
[ ${#lack[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || die "needs root (and there is no sudo) to install: ${lack[*]}"
  exec sudo bash "$here/install.sh" "$@"
fi

# One run at a time: otherwise the first to end would take the guard away from the second.
exec 9</var/lib/dpkg
flock 9
mapfile -t lack < <(missing "${names[@]}")
[ ${#lack[@]} -gt 0 ] || exit 0

echo "installing: ${lack[*]}"
export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
forbid_services
# The lock must not be inherited: a process that apt leaves behind would hold it.
install "${lack[@]}" 9<&- >&2
