#!/bin/bash
# Prints how QEMU should run guests here: "kvm" or "tcg". Takes 0.1 s, or 1.5 s where KVM is there and useless.
#
# usage: accel.sh      needs: install.sh libvirt
#
# /dev/kvm may open and yet be no use: some nested hosts interpret a guest's kernel, and are then
# slower than QEMU itself (a Linux that starts in 2 s does not start in 30). So KVM is made to run
# 20 million turns of a loop: 10 ms on a processor, 10 s in an interpreter. Nothing is remembered.
set -euo pipefail

works=no
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
  rom=$(mktemp)
  trap 'rm -f "$rom"' EXIT
  # A firmware of 64 KiB whose only code lies at the reset vector, 16 bytes before its end:
  #   mov ecx, 20000000; 1: dec ecx; jnz 1b; mov al, 42; out 0xf4, al; hlt
  truncate -s 65520 "$rom"
  printf '\x66\xb9\x00\x2d\x31\x01\x66\x49\x75\xfc\xb0\x2a\xe6\xf4\xf4' >>"$rom"
  truncate -s 65536 "$rom"
  status=0
  timeout -k 1 1.5 qemu-system-x86_64 -accel kvm -machine pc -m 16 -nodefaults -no-user-config -display none \
    -bios "$rom" -device isa-debug-exit,iobase=0xf4,iosize=1 </dev/null >/dev/null 2>&1 || status=$?
  # isa-debug-exit ends QEMU with 2 * value + 1.
  [ "$status" != 85 ] || works=yes
fi
if [ $works = yes ]; then echo kvm; else echo tcg; fi
