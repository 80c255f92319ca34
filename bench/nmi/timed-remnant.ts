// A whole Remnant on a real libvirtd, in this process, with a mark at each step between a request and its NMI.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { memoryBus } from '../../remnantd/src/adapters/memory-bus.ts';
import { memoryLane } from '../../remnantd/src/adapters/memory-lane.ts';
import { systemClock } from '../../remnantd/src/adapters/system-clock.ts';
import type { OpenLog } from '../../remnantd/src/agent/durable-log.ts';
import { openDurableLog } from '../../remnantd/src/agent/durable-log.ts';
import { checkConfig } from '../../remnantd/src/config/load-config.ts';
import type { Store } from '../../remnantd/src/db/store.ts';
import { openStore } from '../../remnantd/src/db/store.ts';
import type { Driver } from '../../remnantd/src/drivers/driver.ts';
import { libvirtDriver } from '../../remnantd/src/drivers/libvirt/driver.ts';
import { compose } from '../../remnantd/src/main/compose.ts';
import { testIdentity } from '../../remnantd/test/harness/test-identity.ts';

/** The image of a guest that prints two lines about an NMI and goes on. */
export const IMAGE = '70000000-0000-4000-8000-0000000000bb';

/** A step that was passed. */
export interface Mark {
  readonly what: 'asked' | 'commit' | 'ledger' | 'looked' | 'noted' | 'sending' | 'sent';
  /** On this process's own clock, ms. */
  readonly at: number;
}

/** A Remnant with marks. */
export interface TimedRemnant {
  readonly port: number;
  readonly store: Store;
  /** The steps since the last request that was no GET. */
  readonly marks: readonly Mark[];
  close(): Promise<void>;
}

/** Starts it in `dir`, on the libvirtd at `socket`, with the guest that lies in the folder `guest`. */
export async function startTimed(dir: string, socket: string, guest: string): Promise<TimedRemnant> {
  makeImage(join(dir, 'images/plain'), guest);
  const clock = systemClock();
  const fail = (what: string, error: unknown) => process.stderr.write(`${what}: ${String(error)}\n`);
  const config = checkConfig(
    {
      state_dir: dir,
      dumps: { react: 10 },
      hosts: [{ name: 'h1', driver: 'libvirt', socket, accel: 'tcg' }],
      quota: { instances: -1, cores: -1, ram: -1 },
      flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 128 }],
      identity: { accounts: [] },
    },
    'bench',
  );
  const marks: Mark[] = [];
  const mark: PutMark = (what) => marks.push({ what, at: performance.now() });
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  const bus = memoryBus(clock, fail);
  const driver = libvirtDriver({ socketPath: socket, stateDir: dir, stateRoot: dir, accel: 'tcg', now: Date.now });
  let met = () => {};
  const host = new Promise<void>((resolve) => {
    met = resolve;
  });
  const remnant = await compose(config, {
    store: markCommits(store, mark),
    bus,
    lane: memoryLane(clock),
    clock,
    openLog: markAppends(mark),
    driver: () => markNmis(driver, mark),
    identity: testIdentity,
    keepPasswords: () => {},
    onRequest: () => {},
    onHost: () => met(),
    onError: fail,
  });
  await remnant.startAgents();
  await host;
  const url = await remnant.http.listen({ host: '127.0.0.1', port: 0 });
  remnant.http.server.prependListener('request', ({ method }: IncomingMessage) => {
    if (method === 'GET') return;
    marks.length = 0;
    mark('asked');
  });
  return {
    port: Number(new URL(url).port),
    store,
    marks,
    close: async () => {
      await remnant.stop(1_000);
      await bus.close();
      await store.close();
    },
  };
}

type PutMark = (what: Mark['what']) => void;

function markCommits(store: Store, mark: PutMark): Store {
  return {
    ...store,
    read: store.read,
    transaction: async (work) => {
      const result = await store.transaction(work);
      mark('commit');
      return result;
    },
  };
}

function markAppends(mark: PutMark): OpenLog {
  return async (path) => {
    const { log, records } = await openDurableLog(path);
    const what = path.endsWith('ledger.jsonl') ? 'ledger' : 'noted';
    const append: typeof log.append = async (record) => {
      await log.append(record);
      mark(what);
    };
    return { records, log: { ...log, append } };
  };
}

function markNmis(driver: Driver, mark: PutMark): Driver {
  const nmi = driver.injectNmi;
  if (nmi === undefined) throw new Error('this driver sends no NMI');
  const send: typeof nmi.send = async (...args) => {
    mark('sending');
    await nmi.send(...args);
    mark('sent');
  };
  const { powerState: look } = nmi;
  if (look === undefined) throw new Error('this driver is looked at otherwise');
  const powerState: typeof look = async (id) => {
    const found = await look(id);
    mark('looked');
    return found;
  };
  return new Proxy(driver, {
    get: (target, key) => {
      if (key === 'injectNmi') return { ...nmi, powerState, send };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function makeImage(folder: string, guest: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['vmlinuz', 'plain.img']) copyFileSync(join(guest, file), join(folder, file));
  const properties = { os_command_line: 'console=ttyS0 quiet kd.nmi=none' };
  writeFileSync(
    join(folder, 'image.yaml'),
    JSON.stringify({ id: IMAGE, name: 'plain', kernel: 'vmlinuz', initrd: 'plain.img', properties }),
  );
}
