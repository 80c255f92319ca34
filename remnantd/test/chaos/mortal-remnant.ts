// A whole Remnant in a process of its own, on simulated hosts and a state folder that outlives it, made to die. Tells its
// address on standard output.
//
// arguments: STATE_DIR STEP|- COUNT SEED WALL_OFFSET_MS ABSENT_HOST|-

import { join } from 'node:path';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import { checkConfig } from '../../src/config/load-config.ts';
import { openStore } from '../../src/db/store.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import { compose } from '../../src/main/compose.ts';
import { asId } from '../../src/model/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Step } from './mortal.ts';
import { fateAt, HOSTS, mortalBus, mortalDriver, mortalLog, mortalStore } from './mortal.ts';
import { seeded } from './random.ts';

const [, , dir = '', step = '-', count = '1', seed = '1', offset = '0', absent = '-'] = process.argv;
const fate = fateAt(step === '-' ? null : (step as Step), Number(count));
const random = seeded(Number(seed));
const machine = systemClock();
const clock: Clock = { ...machine, wall: () => machine.wall() + Number(offset) };

const config = checkConfig(
  {
    state_dir: dir,
    commands: { deadline: 2, answer: 2, grant_valid: 1 },
    dumps: { react: 2 },
    hosts: HOSTS.filter((name) => name !== absent).map((name) => ({ name, driver: 'sim' })),
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
const remnant = await compose(config, {
  store: mortalStore(await openStore(`sqlite:${join(dir, 'remnant.db')}`), fate),
  bus: mortalBus(memoryBus(clock, quiet), fate, random),
  clock,
  openLog: mortalLog(openDurableLog, fate),
  driver: (host) => mortalDriver(simDriver({ world, host: host.name }), fate),
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
const url = await remnant.http.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening ${url}\n`);
