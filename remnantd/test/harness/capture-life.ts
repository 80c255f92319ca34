// A process that takes in what comes through a FIFO, as an agent does, made to be killed. Tells on standard output what it
// has: `bytes N` after each piece, `artefact SHA-256` or `capture-broken REASON` at the end.
//
// arguments: STATE_DIR FIFO

import { open, read } from 'node:fs';
import { Readable } from 'node:stream';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { ArtefactStore } from '../../src/agent/capture/artefact-store.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import { CrashWatch } from '../../src/agent/crash-watch.ts';
import { WATCH_TIMES } from '../../src/agent/watch/watch-deps.ts';
import { DUMPED } from './dumped.ts';

const [, , stateDir = '', fifo = ''] = process.argv;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Reads only what is asked for, so that what is not taken stays in the FIFO. */
function fifoStream(path: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (error, fd) => {
      if (error !== null) return reject(error);
      const buffer = Buffer.alloc(65_536);
      const stream = new Readable({
        highWaterMark: 0,
        read() {
          read(fd, buffer, 0, buffer.length, null, (failed, count) => {
            if (failed !== null) stream.destroy(failed);
            else stream.push(count === 0 ? null : Buffer.from(buffer.subarray(0, count)));
          });
        },
      });
      return resolve(stream);
    });
  });
}

const clock = systemClock();
const watch = new CrashWatch({
  follow: {
    sight: () => Promise.resolve(['ports']),
    followConsole: () => Promise.resolve(() => Promise.resolve()),
    openPort: (_, port) => (port === 'dump' ? fifoStream(fifo) : Promise.reject(new Error('no such port'))),
  },
  store: await ArtefactStore.open({
    stateDir,
    clock,
    disk: hostDisk,
    caps: { perDump: 2 ** 30, perHost: 2 ** 30, keepFree: 0 },
  }),
  clock,
  times: { ...WATCH_TIMES, bytes: 0, settle: 50, proof: 500 },
  tell: (_, kind, detail, facts) => say(`${kind} ${facts?.artefact?.sha256 ?? detail}`),
  onError: (what, error) => say(`error ${what}: ${String(error)}`),
});
process.on('message', (message) => {
  watch.event({ guest: DUMPED, kind: message === 'closed' ? 'port-closed' : 'port-opened', detail: 'dump', at: 0 });
});
watch.start();
watch.connected();
say('ready');
