#!/bin/bash
# A real Glance of its own, on loopback, with SQLite and files.
#
# usage: glance.sh build OUT           fetches its packages and unpacks them; OUT/../debs keeps them
#        glance.sh up OUT STATE PORT   starts it and returns when it answers; PORT 0 is the one it had, or any free one
#        glance.sh down STATE          stops it; what it knows stays in STATE
#
# needs: install.sh glance
#        KEYSTONE=FILE up ...   it wants tokens of the Keystone that FILE signs in at (OS_* lines, as keystone.sh's admin.env);
#                               without, it wants none and takes everybody for its admin. A running one starts anew
#
#   STATE/glance.log   its log                 STATE/glance-api.conf   its configuration, written at each start
#   STATE/images       the images' data        STATE/port              where it listens
#
# Its packages are unpacked and not installed: they would bring an iSCSI daemon to the machine.
# Invariant: nothing outside OUT, OUT/../debs and STATE is written; OUT is complete or absent; STATE is its owner's only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
# Debian's Python, whatever comes first in PATH: the packages are for that one.
python=/usr/bin/python3
packages=(glance-common python3-glance python3-glance-store)

build() {
  local parent debs deb files stamp
  stamp=$(sha256sum <"$here/glance.sh")
  parent=$(folder "$(dirname "$1")")
  debs=$(folder "$parent/debs")
  exec 9<"$debs"
  flock 9
  [ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf "$parent"/glance-build.* # left by runs that were killed
  work=$(mktemp -d "$parent/glance-build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  files=$(need_debs "$debs" "${packages[@]}")
  while read -r deb; do dpkg-deb -x "$debs/$deb" "$work/root"; done <<<"$files"
  mkdir "$work/new"
  mv "$work/root/usr/lib/python3/dist-packages" "$work/new/python"
  mv "$work/root/usr/share/glance-common" "$work/new/share"
  rm -rf "$work"/new/python/*/tests
  "$python" -m compileall -q "$work/new/python"
  echo "$stamp" >"$work/new/stamp"
  [ ! -e "$1" ] || mv "$1" "$work/old"
  mv "$work/new" "$1"
}

configuration() {
  [ -z "${KEYSTONE:-}" ] || . "$KEYSTONE"
  cat <<CONF
# Written by lab/glance.sh at each start.
[DEFAULT]
log_file = $state/glance.log
enabled_backends = files:file
# Few, so that a list of three images has a second page.
api_limit_max = 2
[database]
connection = sqlite:///$state/glance.db?check_same_thread=false
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = $state/images
[os_glance_staging_store]
filesystem_store_datadir = $state/staging
[os_glance_tasks_store]
filesystem_store_datadir = $state/tasks
[oslo_policy]
policy_file = $state/policy.yaml
CONF
  [ -n "${KEYSTONE:-}" ] || return 0
  cat <<CONF
[paste_deploy]
flavor = keystone
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

# Who comes without a token is an admin to Glance's code but has no roles, which its rule for public images asks for.
set_up() {
  rm -rf "$state"/glance.db* "$state/images"
  cp "$out"/share/{glance-api-paste.ini,schema-image.json} "$state"
  echo 'publicize_image: "@"' >"$state/policy.yaml"
  "$python" -c 'from glance.cmd.manage import main; main()' --config-file "$conf" db_sync >>"$state/setup.log" 2>&1 ||
    { tail -5 "$state/setup.log" >&2; die "its database could not be made: see $state/setup.log"; }
  touch "$state/set-up"
}

# One thread, as its use of SQLite wants.
program='
import sys
from glance.common.wsgi_app import init_app
import waitress
waitress.serve(init_app(), host="127.0.0.1", port=int(sys.argv[1]), threads=1)
'

up() {
  if pid_in "${server[@]}" >/dev/null; then
    if configuration | cmp -s - "$conf"; then
      wait_for_answer 30 "$url/healthcheck" "${server[@]}" && return
    fi
    stop
  fi
  ! answers_at "$url/healthcheck" || die "something else answers at $url: choose another PORT"
  export PYTHONPATH=$out/python OS_GLANCE_CONFIG_DIR=$state
  configuration >"$conf"
  [ -e "$state/set-up" ] || set_up
  setsid "$python" -c "$program" "$port" "$conf" >>"$state/glance.out" 2>&1 </dev/null 9<&- &
  echo $! >"$state/glance.pid"
  wait_for_answer 60 "$url/healthcheck" "${server[@]}" ||
    { stop; tail -5 "$state/glance.out" >&2; die "it does not answer: see $state/glance.log"; }
}

stop() { end_pid_in 10 "${server[@]}"; }

# Whose state it is. usage: of STATE
of() {
  state=$(folder "$1")
  conf=$state/glance-api.conf
  server=("$state/glance.pid" "$conf")
}

[ $# -ge 2 ] || usage
[ -x /usr/bin/waitress-serve ] || die 'what Glance needs is missing: run lab/install.sh glance'
case $1 in
  build) build "$2" ;;
  up)
    umask 077
    out=$(folder "$2")
    of "${3:?glance.sh: STATE is missing}"
    [ -e "$out/stamp" ] || die "$out is not built: run glance.sh build $out"
    exec 9<"$state"
    flock 9
    # Whoever registered it in a catalogue said where it is.
    port=$(own_port "$state" "${4:?glance.sh: PORT is missing}" true)
    url=http://127.0.0.1:$port
    up
    echo "$url"
    ;;
  down)
    of "$2"
    stop
    ;;
  *) usage ;;
esac
