# What both inits of the lab's guest share: mounts, modules, options, console lines.
# Sourced by a busybox sh that runs as process 1; only /bin and /mod exist.

export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev

# Prints the value of an option of the kernel command line: option NAME DEFAULT
option() {
  value=$2
  for word in $(cat /proc/cmdline); do
    case $word in "$1"=*) value=${word#*=} ;; esac
  done
  echo "$value"
}

# One line on the console, with the seconds since this kernel started.
say() {
  read -r up _ </proc/uptime
  echo "guest[$up] $*" >/dev/console
}

# Prints the device of the virtio-serial port with the given name, or nothing.
port() {
  for entry in /sys/class/virtio-ports/*; do
    [ "$(cat "$entry/name" 2>/dev/null)" = "$1" ] && echo "/dev/${entry##*/}"
  done
}

# Loads the modules of a list, in which each comes after those it needs: load LIST
load() {
  for module in $(cat "/mod/$1"); do
    insmod "/mod/$module.ko"
  done
}
load order
