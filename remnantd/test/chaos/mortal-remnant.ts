// A whole Remnant in a process of its own, on simulated hosts and a state folder that outlives it, made to die. Tells its
// address on standard output. A line `STEP COUNT` on standard input gives it another fate, which it says it has taken.
//
// arguments: STATE_DIR STEP|- COUNT SEED WALL_OFFSET_MS ABSENT_HOST|- BOUNDS (sections of the configuration, as JSON)

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import { checkConfig } from '../../src/config/load-config.ts';
import { openStore } from '../../src/db/store.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import { compose } from '../../src/main/compose.ts';
import { asId } from '../../src/model/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Bounds } from './lives.ts';
import { fateAt, HOSTS, mortalBus, mortalDriver, mortalLog, mortalStore } from './mortal.ts';
import { mortalDisk, mortalEvidence, mortalPorts, mortalUnpause } from './mortal-dumps.ts';
import { seeded } from './random.ts';

const [, , dir = '', step = '-', count = '1', seed = '1', offset = '0', absent = '-', bounds = '{}'] = process.argv;
const fate = fateAt(step === '-' ? null : step, Number(count));
const random = seeded(Number(seed));
const machine = systemClock();
const clock: Clock = { ...machine, wall: () => machine.wall() + Number(offset) };

const config = checkConfig(
  {
    state_dir: dir,
    ...(JSON.parse(bounds) as Bounds),
    hosts: HOSTS.filter((name) => name !== absent).map((name) => ({ name, driver: 'sim' })),
    quota: { instances: -1, cores: -1, ram: -1 },
    flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 64 }],
  },
  'chaos',
);
const world = openSimWorld({
  dir: join(dir, 'sim'),
  now: () => clock.wall(),
  mono: () => clock.mono(),
  defer: (ms, run) => clock.after(ms, run),
});
const quiet = () => {};
/** A simulated hypervisor answers at once: an agent that is gone must not be waited for as if it might not. */
const NMI_BOUND_MS = 1_000;
const remnant = await compose(config, {
  store: mortalStore(await openStore(`sqlite:${join(dir, 'remnant.db')}`), fate),
  bus: mortalBus(memoryBus(clock, quiet), fate, random),
  lane: memoryLane(clock),
  clock,
  openLog: mortalEvidence(mortalLog(openDurableLog, fate), fate),
  disk: mortalDisk(hostDisk, fate),
  driver: (host) =>
    mortalUnpause(
      mortalPorts(mortalDriver(simDriver({ world, host: host.name, nmiBoundMs: NMI_BOUND_MS }), fate), fate),
      fate,
    ),
  identity: {
    authenticate: (token) =>
      Promise.resolve({
        userId: asId(token),
        userName: token,
        projectId: asId('chaos'),
        projectName: 'chaos',
        roles: ['member', 'reader'],
        systemScope: null,
        domainScope: null,
      }),
  },
  keepPasswords: quiet,
  onRequest: quiet,
  onHost: quiet,
  onError: quiet,
});
await remnant.startAgents();
const url = await remnant.http.listen({ host: '127.0.0.1', port: 0 });
createInterface({ input: process.stdin }).on('line', (line) => {
  const [next = '', times = '1'] = line.split(' ');
  fate.arm(next, Number(times));
  process.stdout.write('armed\n');
});
process.stdout.write(`listening ${url}\n`);
