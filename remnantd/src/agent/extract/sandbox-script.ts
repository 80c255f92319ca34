// The inside of the sandbox, as a shell script: process 1 of namespaces of its own, for tools that every Debian has. It builds
// a root with nothing of the host but its programs, leaves the host's root for good, and lets an unprivileged process at the
// dump, twice: to rearrange it, and to take dmesg out.
// Invariant: what reads the dump has no privilege, no network, one process, and nothing it can write but two files and a mebibyte.

/** The user and group in the sandbox: nobody's; Debian keeps 65000 to 65533 free of accounts. */
export const SANDBOX_UID = 65_529;

/** What the script says on standard output before the size and the text: how far it came. */
export const MARKS = { ready: 'ready', taken: 'taken' } as const;

/**
 * Arguments: a folder to mount on; the program; `rearrange` or `copy`; a file to hold the dump, or '' for memory; the bounds in
 * bytes of the dump, of dmesg, of what is told of it, of memory; seconds of processor time; the user, '' to stay who we are.
 */
export const SANDBOX_SCRIPT: string = `
set -eu
root=$1 program=$2 how=$3 file=$4 most_dump=$5 most_dmesg=$6 most_told=$7 memory=$8 cpu=$9
shift 9
user=$1
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
echo 1000 >/proc/self/oom_score_adj

# A root of its own. Read-only, without privileged programs, and with nothing to guess: no /etc, /home, /proc, /dev.
mount -t tmpfs -o size=64k,nr_inodes=64,mode=755,nosuid,nodev sandbox "$root"
cd "$root"
mkdir -m 755 usr program in out tmp old proc
# What undoes mounts wants to read about them; it is gone before anything else runs here.
mount -t proc -o nosuid,nodev,noexec proc proc
show() {
  mount --bind "$1" "$2"
  mount -o remount,bind,ro,nosuid,nodev "$2"
}
show /usr usr
for dir in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$dir" ]; then ln -s "$(readlink "/$dir")" "$dir"
  elif [ -d "/$dir" ]; then mkdir -m 755 "$dir" && show "/$dir" "$dir"
  fi
done
show "$(dirname "$program")" program
mount -t tmpfs -o "size=$most_dmesg,nr_inodes=4,mode=755,nosuid,nodev,noexec" sandbox out
if [ -n "$file" ]; then
  mount -t tmpfs -o size=4k,nr_inodes=4,mode=755,nosuid,nodev,noexec sandbox in
  : >in/dump
  mount --bind "$file" in/dump
  mount -o remount,bind,nosuid,nodev,noexec in/dump
else
  mount -t tmpfs -o "size=$most_dump,nr_inodes=4,mode=755,nosuid,nodev,noexec" sandbox in
  : >in/dump
fi
: >out/dmesg
# makedumpfile keeps a page of text there while it works.
mount -t tmpfs -o size=1m,nr_inodes=8,mode=700,nosuid,nodev,noexec sandbox tmp
[ -z "$user" ] || chown "$user:$user" in/dump out/dmesg tmp
pivot_root . old
cd /
umount -l /old
rmdir /old
mount -o remount,bind,ro /
umount -l /proc

# No library is looked for elsewhere than where the host has them, or beside the program.
case $program in /usr/*) libraries= ;; *) libraries=/program ;; esac
# As no user of the host; where we are none but our own anyway, three processes are we and those around us.
if [ -n "$user" ]; then who="--reuid $user --regid $user --clear-groups" most=1
else who='--securebits=+noroot,+noroot_locked,+no_setuid_fixup,+no_setuid_fixup_locked' most=3
fi
bounded() {
  size=$1
  shift
  nice -n 10 ionice -c 3 prlimit --as="$memory" --cpu="$cpu" --fsize="$size" --nproc="$most" --nofile=16 --core=0 --memlock=0 \\
    --msgqueue=0 setpriv $who --no-new-privs --inh-caps=-all --bounding-set=-all \\
    env -i PATH=/usr/bin LC_ALL=C LD_LIBRARY_PATH="$libraries" "$@"
}
echo ${MARKS.ready}
if [ "$how" = rearrange ]; then bounded "$most_dump" "/program/\${program##*/}" -f -R /in/dump >&2
else bounded "$most_dump" dd of=/in/dump bs=65536 status=none >&2
fi
echo ${MARKS.taken}
bounded "$most_dmesg" "/program/\${program##*/}" -f --dump-dmesg /in/dump /out/dmesg >&2
stat -c %s /out/dmesg
exec tail -c "$most_told" /out/dmesg
`;
