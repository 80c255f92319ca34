# Functions to speak to the host through Remnant's two virtio-serial ports. Sourced by the crash kernel's scripts, in an
# initramfs too: a plain sh, cat, echo and sleep are all there is.

# Prints the device of the port called $1, or nothing. By sysfs: no udev has made names for it.
remnant_port() {
	for entry in /sys/class/virtio-ports/*; do
		if [ "$(cat "$entry/name" 2>/dev/null)" = "$1" ]; then
			echo "/dev/${entry##*/}"
			return
		fi
	done
}

# One line to the console and to the host. In the background: a write to a port that nobody reads never returns.
remnant_tell() {
	echo "remnant: $1" >/dev/console
	status=$(remnant_port remnant.status)
	[ -z "$status" ] || (echo "$1" >"$status") 2>/dev/null &
}
