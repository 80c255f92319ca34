# Functions of the lab's bash scripts that start programs which start others: what a program and all it started are found by is a
# variable in their environment, for a process id may be another's by now. Sourced after lib.sh, never run.
# Invariant: sourcing it has no effect beyond defining functions.

# Prints the ids of the processes that were started with NAME=VALUE in their environment, and of what they started.
# usage: marked NAME=VALUE
marked() {
  grep -lzxF -e "$1" /proc/[0-9]*/environ 2>/dev/null | tr -cd '0-9\n' || true
}

none_marked() { [ -z "$(marked "$1")" ]; }

# Ends them: asks, and after 10 s asks no more.
# usage: end_marked NAME=VALUE
end_marked() {
  local signal id
  for signal in TERM KILL; do
    # One that was stopped does not hear it before it goes on.
    for id in $(marked "$1"); do { kill -"$signal" "$id" && kill -CONT "$id"; } 2>/dev/null || true; done
    wait_for 10 none_marked "$1" && return
  done
  die "these processes would not end: $(marked "$1" | tr '\n' ' ')"
}

# Prints a port of ADDRESS that nobody has. usage: free_port_of tcp|udp ADDRESS
free_port_of() {
  /usr/bin/python3 -c '
import socket, sys
s = socket.socket(type={"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[sys.argv[1]])
s.bind((sys.argv[2], 0))
print(s.getsockname()[1])' "$@"
}
