#!/bin/bash
# A real Ironic of its own, on loopback: API and conductor in one process, with SQLite. No message bus, no DHCP, no PXE:
# it takes over machines that are deployed (adopt) and speaks IPMI and Redfish to them.
#
# usage: ironic.sh start STATE PORT   starts it and prints its URL when it answers; PORT 0 is the one it had, or any free one
#        ironic.sh stop STATE         stops it, its consoles and what it has under way; what it knows stays in STATE
#
# needs: install.sh ironic
#
# From the environment of each start; one that runs with others starts anew:
#   AUTH=http_basic      it wants a name and a password; without, it takes everybody for its admin
#   KEYSTONE=FILE        it wants tokens of the Keystone that FILE signs in at (OS_* lines, as keystone.sh's admin.env)
#   POWER_SYNC=N         seconds between two looks at the power of its machines (60, as Ironic's own; 0: it never looks)
#   IPMI_RETRY=N         seconds for which it tries an IPMI command again (60, as Ironic's own)
#   IPMITOOL_RETRIES=true  it leaves that to ipmitool, and a command that was answered with no is not tried again (false)
#
#   STATE/ironic.conf  its configuration, written at each start   STATE/log/       its logs
#   STATE/basic.env    IRONIC_USER, IRONIC_PASSWORD (http_basic)   STATE/port       where it listens
# Invariant: nothing outside STATE is written, and all of it is readable by its owner only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
. "$here/marked.sh"
umask 077
# Debian's Python, whatever comes first in PATH: the packages are for that one.
python=/usr/bin/python3

configuration() {
  local strategy=${AUTH:-noauth}
  if [ -n "${KEYSTONE:-}" ]; then
    . "$KEYSTONE"
    strategy=keystone
  fi
  cat <<CONF
# Written by lab/ironic.sh at each start.
[DEFAULT]
state_path = $state
tempdir = $state/tmp
log_dir = $state/log
host = localhost
my_ip = 127.0.0.1
auth_strategy = $strategy
http_basic_auth_user_file = $state/htpasswd
rpc_transport = none
enabled_hardware_types = fake-hardware,ipmi,redfish,manual-management
enabled_bios_interfaces = fake,no-bios
enabled_boot_interfaces = fake,pxe
enabled_console_interfaces = ipmitool-socat,fake,no-console
default_console_interface = no-console
enabled_deploy_interfaces = fake,direct
enabled_inspect_interfaces = fake,no-inspect
enabled_management_interfaces = fake,ipmitool,redfish,noop
enabled_network_interfaces = noop
default_network_interface = noop
enabled_power_interfaces = fake,ipmitool,redfish
enabled_raid_interfaces = fake,no-raid
enabled_rescue_interfaces = fake,no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = fake,ipmitool,no-vendor
[api]
host_ip = 127.0.0.1
port = $port
api_workers = 1
[database]
connection = sqlite:///$state/ironic.sqlite?timeout=30
[conductor]
automated_clean = false
sync_power_state_interval = ${POWER_SYNC:-60}
[console]
terminal_pid_dir = $state/consoles
socat_address = 127.0.0.1
port_range = 20600:20999
[deploy]
http_root = $state/http
[dhcp]
dhcp_provider = none
[pxe]
tftp_root = $state/tftp
tftp_master_path = $state/tftp/master
images_path = $state/images
instance_master_path = $state/images/master
[ipmi]
command_retry_timeout = ${IPMI_RETRY:-60}
use_ipmitool_retries = ${IPMITOOL_RETRIES:-false}
# The least there is. Ironic's own 5 s would be between the commands of all machines of one address.
min_command_interval = 1
[oslo_concurrency]
lock_path = $state/lock
CONF
  [ -n "${KEYSTONE:-}" ] || return 0
  cat <<CONF
[keystone_authtoken]
www_authenticate_uri = $OS_AUTH_URL
auth_url = $OS_AUTH_URL
auth_type = password
username = $OS_USERNAME
password = $OS_PASSWORD
project_name = $OS_PROJECT_NAME
user_domain_name = $OS_USER_DOMAIN_NAME
project_domain_name = $OS_PROJECT_DOMAIN_NAME
CONF
}

# Who may come in with http_basic, made once.
make_user() {
  local password
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  "$python" -c 'import bcrypt, sys
print("ironic:" + bcrypt.hashpw(sys.stdin.read().strip().encode(), bcrypt.gensalt(4, prefix=b"2b")).decode())' \
    <<<"$password" >"$state/htpasswd"
  printf 'IRONIC_USER=ironic\nIRONIC_PASSWORD=%s\n' "$password" >"$state/basic.env"
}

# Debian's Ironic (21.4.4-0+deb12u2) quotes a console's command once too often: socat looks for one program of that whole name, and
# whoever connects is hung up on. This socat, which only Ironic finds, takes those quotes away.
make_socat() {
  mkdir -p "$state/bin"
  cat >"$state/bin/socat" <<'SOCAT'
#!/bin/bash
words=("${@//\"\'/\"}")
exec /usr/bin/socat "${words[@]//\'\"/\"}"
SOCAT
  chmod 700 "$state/bin/socat"
}

# Its first process; fails when it does not run.
runs() { marked "$mark" | grep -qxF "$(cat "$state/ironic.pid" 2>/dev/null)"; }
# A process just begun is not marked yet.
ended() { ! kill -0 "$(cat "$state/ironic.pid")" 2>/dev/null; }

# The API answers before the conductor has its drivers, and the list of those is for who signed in: the log tells, too.
ready() { ended || { grep -qF 'Successfully started conductor' "$state"/log/*.log 2>/dev/null && answers_at "$url/"; }; }

start() {
  [ -x /usr/bin/ironic ] || die 'Ironic is missing: run lab/install.sh ironic'
  if runs; then
    if configuration | cmp -s - "$state/ironic.conf"; then
      wait_for 60 ready && runs && return
    fi
  fi
  end_marked "$mark"
  ! answers_at "$url/" || die "something else answers at $url: choose another PORT"
  mkdir -p "$state"/{consoles,http,images,lock,log,tftp,tmp}
  rm -f "$state"/log/*
  [ -s "$state/basic.env" ] || make_user
  make_socat
  configuration >"$state/ironic.conf"
  if [ ! -e "$state/set-up" ]; then
    rm -f "$state"/ironic.sqlite*
    ironic-dbsync --config-file "$state/ironic.conf" create_schema >"$state/log/dbsync.out" 2>&1 ||
      { tail -5 "$state/log/dbsync.out" >&2; die "its database could not be made: see $state/log"; }
    touch "$state/set-up"
  fi
  env "$mark" PATH="$state/bin:$PATH" setsid /usr/bin/ironic --config-file "$state/ironic.conf" >>"$state/log/ironic.out" 2>&1 </dev/null 9<&- &
  echo $! >"$state/ironic.pid"
  wait_for 120 ready || { end_marked "$mark"; die "it does not answer: see $state/log"; }
  runs || { tail -5 "$state/log/ironic.out" >&2; die "it did not start: see $state/log"; }
}

[ $# -ge 2 ] || usage
state=$(folder "$2")
mark=REMNANT_LAB_IRONIC=$state
case $1 in
  start)
    case ${AUTH:-noauth} in noauth | http_basic) ;; *) die "AUTH is noauth or http_basic, not \"$AUTH\"" ;; esac
    exec 9<"$state"
    flock 9
    # Another port is no reason to refuse: it starts anew there.
    port=$(own_port "$state" "${3:?ironic.sh: PORT is missing}" false)
    url=http://127.0.0.1:$port
    start
    echo "$url"
    ;;
  stop)
    end_marked "$mark"
    rm -f "$state/ironic.pid"
    ;;
  *) usage ;;
esac
