// kill -9 of a process that takes in a dump through a real FIFO: the next one goes on. What it then calls whole is whole,
// byte for byte; what the dead one took with it is found out.

import type { ChildProcess } from 'node:child_process';
import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync, write } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { flatDump } from '../harness/flat-dump.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';

const PROGRAM = fileURLToPath(new URL('../harness/capture-life.ts', import.meta.url));
const DUMP = flatDump(3_000_000);
const SHA256 = createHash('sha256').update(DUMP).digest('hex');

/** A FIFO that a guest writes to, and processes that read it one after the other. */
function killBench() {
  const dir = tempDir();
  const fifo = join(dir, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Open at both ends, as QEMU's is: a reader that dies breaks nothing.
  const fd = openSync(fifo, constants.O_RDWR);
  onTestFinished(() => closeSync(fd));
  const lines: string[] = [];
  let child: ChildProcess | null = null;
  const die = async () => {
    const dying = child;
    child = null;
    if (dying === null || dying.exitCode !== null) return;
    const over = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await over;
  };
  onTestFinished(die);
  return {
    fd,
    lines,
    die,
    live: async () => {
      const born = lines.length;
      child = fork(PROGRAM, [join(dir, 'state'), fifo], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      if (child.stdout === null) throw new Error('a life without standard output');
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
      await waitFor('the life to begin', () => lines.indexOf('ready', born) >= 0);
      // A driver tells of open ports each time it connects.
      child.send('opened');
    },
    closed: () => child?.send('closed'),
    /** Writes like a guest: a write that finds the FIFO full waits for a reader. */
    write: async (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; ) {
        at += await new Promise<number>((resolve, reject) =>
          write(fd, bytes, at, Math.min(65_536, bytes.length - at), null, (error, count) =>
            error === null ? resolve(count) : reject(error),
          ),
        );
      }
    },
    has: (line: string) => waitFor(line, () => lines.includes(line)),
    ending: () => waitFor('an ending', () => lines.find((line) => /^(artefact|capture-broken|error) /.test(line))),
  };
}

describe('a process killed while a dump comes in', () => {
  it('and had written what it took: the next one goes on, and the dump is whole', async () => {
    const bench = killBench();
    await bench.live();
    let at = 0;
    for (const end of [1, 70_000, 1_000_003, 2_200_000]) {
      await bench.write(DUMP.subarray(at, end));
      at = end;
      await bench.has(`bytes ${at}`);
      await bench.die();
      await bench.live();
    }
    await bench.write(DUMP.subarray(at));
    expect(await bench.ending()).toBe(`artefact ${SHA256}`);
  });

  it('while nobody reads, the guest waits, and the dump is whole', async () => {
    const bench = killBench();
    await bench.live();
    await bench.write(DUMP.subarray(0, 500_000));
    await bench.has('bytes 500000');
    await bench.die();
    const written = bench.write(DUMP.subarray(500_000));
    await bench.live();
    await written;
    expect(await bench.ending()).toBe(`artefact ${SHA256}`);
  });

  it.each([1, 16, 4_096, 65_536])('and took %i bytes with it: the dump is broken, and says why', async (lost) => {
    const bench = killBench();
    await bench.live();
    await bench.write(DUMP.subarray(0, 500_000));
    await bench.has('bytes 500000');
    await bench.die();
    const written = bench.write(DUMP.subarray(500_000));
    // Taken out of the FIFO, and never written down.
    for (let left = lost; left > 0; ) left -= readSync(bench.fd, Buffer.alloc(left));
    await bench.live();
    await written;
    bench.closed();
    expect(await bench.ending()).toMatch(/^capture-broken /);
  });

  it.each([1, 2, 3])('at any moment (run %i): what is called whole is whole', async (run) => {
    const bench = killBench();
    await bench.live();
    const written = bench.write(DUMP);
    const isEnding = (line: string) => /^(artefact|capture-broken) /.test(line);
    for (const part of [0.2, 0.5, 0.8]) {
      const beyond = DUMP.length * (part + run / 50);
      const far = (line: string) => Number(/^bytes (\d+)/.exec(line)?.[1]) > beyond;
      await waitFor('more bytes, or an ending', () => bench.lines.some((line) => far(line) || isEnding(line)));
      await bench.die();
      await bench.live();
    }
    await written;
    bench.closed();
    const ending = await bench.ending();
    if (ending.startsWith('artefact')) expect(ending).toBe(`artefact ${SHA256}`);
    else expect(ending).toMatch(/^capture-broken the agent restarted/);
  });
});
