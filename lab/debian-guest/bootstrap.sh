# Makes trees of a Debian from the mirrors that this machine's apt is set up with. Sourced after lib.sh; needs mmdebstrap, root.

suite=bookworm

# The machine's own Debian mirrors as lines of a sources.list. Which keys to trust, mmdebstrap knows.
mirrors() {
  # shellcheck disable=SC2016 # apt fills these in
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    grep -E " $suite(-updates|-security)? main$" | sort -u
}

# What such a tree is made of, for a stamp: a new kernel is a new tree. usage: versions PACKAGE...
versions() {
  apt-cache policy "$@" | grep -E '^[a-z]|Candidate:'
  apt-cache depends linux-image-cloud-amd64
}

# Makes a tree without documentation, beside $work/log. usage: bootstrap TREE PACKAGE... [-- OPTION...]
bootstrap() {
  local tree=$1 packages=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    packages+=("$1")
    shift
  done
  shift || true
  mirrors >"$work/sources.list"
  [ -s "$work/sources.list" ] || die "apt is set up with no mirror of Debian $suite"
  # A proxy, or whatever else this machine needs to reach its mirrors.
  apt-config dump Acquire | grep -vE '::IndexTargets|""' >"$work/apt.conf" || true
  mmdebstrap --quiet --mode=root --variant=minbase --components=main \
    --include="$(IFS=,; echo "${packages[*]}")" \
    --aptopt="$work/apt.conf" --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$@" "$suite" "$tree" "$work/sources.list" >"$work/log" 2>&1 9<&- || {
    tail -n 30 "$work/log" >&2
    die "no tree of Debian $suite could be made"
  }
}
