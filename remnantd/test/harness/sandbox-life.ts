// A process of its own that runs the program `standin` of a folder in the sandbox, and prints what came of it: for tests that
// take something from that process which a test's own process has.

import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { runSandboxed } from '../../src/agent/extract/sandbox.ts';

const dir = process.argv[2] ?? '';
const taken = await runSandboxed(systemClock(), {
  mountOn: join(dir, 'root'),
  program: join(dir, 'standin'),
  how: 'rearrange',
  open: () => Promise.resolve(Readable.from([Buffer.from('a dump')], { objectMode: false })),
  file: null,
  mostDump: 2 ** 20,
  memory: 2 ** 28,
  cpuMs: 60_000,
  timeMs: 60_000,
  stop: new AbortController().signal,
});
process.stdout.write(JSON.stringify(taken));
