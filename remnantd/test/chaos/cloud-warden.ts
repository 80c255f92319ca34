// Whoever makes a cloud may be killed before they take it down. The warden waits for that, in a process of its own, and takes it down.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CloudNet } from './cloud-net.ts';
import { ROOT } from './cloud-net.ts';

// Its standard input ends with whoever holds the other end, however they end.
const WATCH =
  'cat >/dev/null; "$1/libvirtd.sh" stop "$2"; "$1/netcloud.sh" down "$3"; umount --lazy "$4"; rm -rf "$2" "$3"';

/** Starts it for a cloud; the result sends it away. */
export function startWarden(net: CloudNet, libvirt: string, disk: string): () => void {
  const words = ['-c', WATCH, 'warden', join(ROOT, 'lab'), libvirt, net.state, disk];
  const child = spawn('bash', words, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  return () => {
    // All of its group: bash alone would leave what it waits with behind.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
}
