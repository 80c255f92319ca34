// docs/reference/support.md: what each driver can do, and on which architectures an NMI is known to work. What a driver can do is
// read off the driver itself, made as the daemon makes it and never started.

import type { Ability, Driver } from '../remnantd/src/drivers/driver.ts';
import { noAuth } from '../remnantd/src/drivers/ironic/ironic-auth.ts';
import type { DriverParts, NmiArchitecture } from '../remnantd/src/drivers/registry.ts';
import { DRIVERS, NMI_ARCHITECTURES } from '../remnantd/src/drivers/registry.ts';
import { openSimWorld } from '../remnantd/src/drivers/sim/sim-world.ts';
import { code, page, table } from './generate-markdown.ts';

type DriverName = keyof typeof DRIVERS;

/** What each ability is for people. */
const ABILITIES: Readonly<Record<Ability, string>> = {
  injectNmi: 'send an NMI',
  followCrash: 'follow a crash',
  dumpMemory: 'write memory',
  readConsole: 'show the console log',
  vitals: 'evidence before an NMI: counters',
  guestAgent: 'ask the guest agent: readiness, the look after a reboot',
  readAddresses: 'find addresses',
  make: 'create, rebuild',
  pause: 'pause, unpause',
  suspend: 'suspend, resume',
  reboot: 'reboot, soft and hard',
  reset: 'reset after a panic',
  rescue: 'rescue, unrescue',
  resize: 'resize',
  hostUptime: 'tell how long the host is up',
};

const WORKS: Readonly<Record<NmiArchitecture['works'], string>> = {
  yes: 'yes',
  documented: 'by its documentation, not tried',
  no: 'no',
  depends: 'depends',
};

const clock = { now: () => 0, mono: () => 0, after: () => () => {} };

/** For a driver that is looked at and never started: nothing is opened, nothing is asked. */
const PARTS: DriverParts = {
  host: 'host',
  socket: '/none',
  accel: 'tcg',
  network: 'default',
  disks: null,
  screen: true,
  stateDir: '/none/hosts/host',
  stateRoot: '/none',
  now: clock.now,
  ironic: () => ({
    host: 'host',
    url: 'http://127.0.0.1:6385',
    auth: noAuth(),
    ca: null,
    conductorGroup: null,
    adopt: [],
    pollMs: 10_000,
    timeoutMs: 10_000,
    nmiMs: 75_000,
    ...clock,
  }),
  world: () => openSimWorld({ dir: null, ...clock, defer: clock.after }),
};

/** The page. */
export function supportPage(): string {
  const names = Object.keys(DRIVERS) as DriverName[];
  const drivers = new Map<string, Driver>(names.map((name) => [name, DRIVERS[name](PARTS)]));
  const each = (cell: (driver: Driver) => string) => [...drivers.values()].map(cell);
  const has = (ability: Ability) => each((driver) => (driver[ability] === undefined ? 'no' : 'yes'));
  const pictures = each(({ vitals }) => (vitals?.picture === undefined ? 'no' : 'yes'));
  return page(
    'Support',
    'What can be done with a server depends on the driver of its host. Power on and off, showing its power state, adopting and deleting are in every driver; the rest is an ability that a driver has or lacks. What a driver lacks ends in an error, `NotImplementedError` in its event. `sim` drives simulated guests, for tests and demonstrations.',
    '## Driver and ability',
    table(
      ['', ...names.map(code)],
      (Object.keys(ABILITIES) as Ability[]).flatMap((ability) => [
        [ABILITIES[ability], ...has(ability)],
        ...(ability === 'vitals' ? [['evidence before an NMI: a picture of the screen', ...pictures]] : []),
      ]),
    ),
    '## What an NMI means',
    table(
      ['', ...names.map(code)],
      [
        ['asking', ...each((driver) => code(driver.injectNmi?.asking ?? ''))],
        [
          'a paused guest gets it when it resumes',
          ...each((driver) => (driver.injectNmi?.latchedWhilePaused ? 'yes' : 'no')),
        ],
        ['longest time until it is known how it ended', ...each((driver) => secondsOf(driver.injectNmi?.boundMs))],
      ],
    ),
    '`exactly-asked`: one is asked for, one is sent. `at-least-once`: one is asked for, and whoever sends it may send it again. The time is the one with the default configuration.',
    '## NMI and architecture',
    table(
      ['driver', 'architecture', 'an NMI works', 'known from'],
      names.flatMap((name) =>
        NMI_ARCHITECTURES[name].map(({ arch, works, source }) => [code(name), arch, WORKS[works], source]),
      ),
    ),
    'What a guest makes of an NMI is its own matter: [readiness](../guides/crash-dumps.md) tells.',
    '## What there is not',
    'There is no driver for Hyper-V, VMware, Xen, LXC, bhyve or z/VM, and nothing here says how an NMI would work with one.',
  );
}

function secondsOf(ms: number | undefined): string {
  return ms === undefined ? '' : `${ms / 1000} s`;
}
