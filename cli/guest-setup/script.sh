#!/bin/sh
# Makes a Debian guest (12) ready for a crash dump. Printed by: @COMMAND@
# Run it in the guest, as root; read it first. It may run any number of times, and reboots nothing: it says at its end
# whether a reboot is wanted.
@NOTES@
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
[ "$(id -u)" = 0 ] || {
	echo 'this needs root' >&2
	exit 1
}

export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y install @PACKAGES@

# Writes what comes in to a file: put MODE PATH
put() {
	mkdir -p "${2%/*}"
	cat >"$2"
	chmod "$1" "$2"
}

@FILES@
exec /usr/local/lib/remnant/apply
