// A driver of one simulated host. It differs from a real driver only in what it drives: it refuses what libvirt refuses,
// loses its connection, and leaves guests running when it stops.

import type { Readable } from 'node:stream';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import {
  DriverFault,
  type DriverListener,
  type FollowCrash,
  type Guest,
  type GuestMaker,
  type GuestSpec,
  type Inventory,
} from '../driver.ts';
import type { InjectNmi } from '../guest-life.ts';
import type { ReadConsole } from '../guest-view.ts';
import { BEHAVIOURS, behaviourName, behaviourOf, hasPanicDevice, simOption } from './behaviours.ts';
import { isStalled } from './reaction.ts';
import { simAgent } from './sim-agent.ts';
import { simDisks } from './sim-disks.ts';
import type { SimHost } from './sim-host.ts';
import { notRunning, powerOn, scripted, simLife } from './sim-life.ts';
import { simMemory } from './sim-memory.ts';
import { uptimeLine } from './sim-uptime.ts';
import type { SimWorld } from './sim-world.ts';
import { scriptOf, wrongScript } from './verbs.ts';
import type { SimGuest } from './world-record.ts';

/** What a simulated driver is made of. */
export interface SimDriverOptions {
  readonly world: SimWorld;
  /** The host's name; hosts need no setting up. */
  readonly host: string;
  /** The folder of its disks; hosts of one world with the same one share them. By default it is the host's own. */
  readonly disks?: string | null;
  /** What the host says it has; by default 64 CPUs, 256 GiB of memory, 4 TiB of disk. It is not enforced. */
  readonly capacity?: Partial<Pick<Inventory, 'vcpus' | 'memoryMb' | 'diskGb'>>;
  /** How long sending an NMI may take, in ms; 10,000 by default. The simulated hypervisor does not care. */
  readonly nmiBoundMs?: number;
}

/** A driver of the simulated host `host`. */
export function simDriver({
  world,
  host: name,
  disks: folder = null,
  capacity = {},
  nmiBoundMs = 10_000,
}: SimDriverOptions): GuestMaker {
  const host = world.host(name);
  const disks = simDisks(world, host, folder ?? `the disks of ${name}`);
  const whole = {
    hypervisorType: 'sim',
    hypervisorVersion: 1_000_000,
    hypervisorHostname: name,
    arch: 'x86_64',
    vcpus: 64,
    memoryMb: 262_144,
    diskGb: 4_096,
    ...capacity,
  };
  const inventory = (): Inventory => {
    const problem = host.diskProblem;
    const diskGb = problem === null ? whole.diskGb : 0;
    // Simulated disks take no room.
    return { ...whole, diskGb, disks: { problem, freeGb: diskGb, shared: folder !== null } };
  };
  const unanswered = new Set<(fault: DriverFault) => void>();
  let detach: (() => void) | null = null;

  const failUnanswered = (reason: string): void => {
    const fault = new DriverFault('connection-lost', reason, { asked: 'maybe', novaClass: 'libvirtError' });
    for (const reject of unanswered) reject(fault);
    dumpMemory.fail(fault);
  };
  const reach = (): SimHost => {
    if (detach === null) throw lost('the driver is not started');
    if (!host.connection.up) throw lost(host.connection.reason);
    return host;
  };
  const find = (id: ServerId): SimGuest => {
    const guest = reach().guests.get(id);
    if (guest === undefined) {
      throw new DriverFault('not-found', `Instance ${id} could not be found.`, { novaClass: 'InstanceNotFound' });
    }
    return guest;
  };
  // The answer to a call that is under way comes after `ms`, never when that is null, or breaks off with the connection.
  const answer = (ms: number | null): Promise<void> => {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        unanswered.delete(fail);
        cancel?.();
        end();
      };
      const fail = (fault: DriverFault) => settle(() => reject(fault));
      const cancel = ms === null ? null : world.clock.defer(ms, () => settle(resolve));
      unanswered.add(fail);
    });
  };

  const injectNmi: InjectNmi = {
    asking: 'exactly-asked',
    latchedWhilePaused: true,
    boundMs: nmiBoundMs,
    async send(id, { command }, stillGood) {
      const guest = find(id);
      if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
      const { call } = behaviourOf(guest.spec) ?? BEHAVIOURS.panics;
      if (call.kind === 'refuses') throw new DriverFault(call.code, call.message, { novaClass: call.novaClass });
      stillGood?.();
      host.nmi(guest, command);
      if (call.kind !== 'breaks') return answer(call.kind === 'answers' ? call.afterMs : null);
      const broken = answer(null);
      host.disconnect(call.reason);
      world.clock.defer(call.backAfterMs, () => host.reconnect());
      return broken;
    },
  };

  const readConsole: ReadConsole = {
    async read(id, lines) {
      const text = find(id).console;
      return lines === null ? text : lastLines(text, lines);
    },
  };

  const makeGuest = async (spec: GuestSpec, getDisk: () => void): Promise<void> => {
    checkNew(reach(), spec);
    const { takesMs, succeed } = scriptOf(spec, 'create');
    await answer(takesMs);
    checkNew(reach(), spec);
    succeed();
    getDisk();
    host.boot(host.make(asText(spec), true));
  };

  const life = { clock: world.clock, host, find, answer };
  const dumpMemory = simMemory({ clock: world.clock, host, find });
  const streams = new Set<Readable>();
  const follows = new Set<() => void>();
  const followCrash: FollowCrash = {
    async sight(id) {
      const { spec, ours } = find(id);
      const device = hasPanicDevice(spec) ? (['panic-device'] as const) : [];
      return ours ? [...device, 'console', 'ports', 'agent'] : [...device, 'agent'];
    },
    async followConsole(id, onText) {
      const end = host.follow(find(id).spec.id, onText);
      follows.add(end);
      return async () => {
        follows.delete(end);
        end();
      };
    },
    async openPort(id, port) {
      const guest = find(id);
      if (!guest.ours) {
        throw new DriverFault('failed', `Instance ${id} has no port ${port}: Remnant did not make it.`);
      }
      const stream = openStream(() => host.openPort(guest, port));
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
  };

  return {
    type: 'sim',
    async start(listener: DriverListener) {
      detach ??= host.attach({
        guestEvent: (event) => listener.guestEvent(event),
        connection(connection) {
          if (!connection.up) failUnanswered(connection.reason);
          listener.connection(connection);
        },
        changed: (what) => listener.changed?.(what),
      });
    },
    async stop() {
      detach?.();
      detach = null;
      failUnanswered('the driver stopped');
      for (const end of follows) end();
      follows.clear();
      for (const stream of streams) stream.destroy();
    },
    async inventory() {
      reach();
      return inventory();
    },
    async guests() {
      return [...reach().guests.values()].map(asGuest);
    },
    async guest(id) {
      return asGuest(find(id));
    },
    make: {
      create: (spec) => makeGuest(spec, () => disks.make(spec)),
      async findDisk(id) {
        reach();
        return disks.find(id);
      },
      async requireFreeDisk(id) {
        reach();
        disks.requireFree(id);
      },
      createOnDisk: (spec) => makeGuest(spec, () => disks.take(spec.id, spec.making)),
    },
    async destroy(id, _order, stale) {
      const { takesMs, succeed } = scriptOf(reach().guests.get(id)?.spec ?? NO_SCRIPT, 'destroy');
      await answer(takesMs);
      const guest = reach().guests.get(id);
      if (guest !== undefined) {
        succeed();
        host.remove(guest);
      }
      disks.remove(id, stale);
    },
    async powerOn(id) {
      const guest = await scripted(life, id, 'power-on');
      if (guest.powerState === POWER_STATE.shutdown) powerOn(host, guest);
    },
    async powerOff(id) {
      const guest = await scripted(life, id, 'power-off');
      if (guest.powerState !== POWER_STATE.shutdown) host.cutPower(guest);
    },
    pause: {
      async pause(id) {
        const guest = await scripted(life, id, 'pause');
        if (guest.powerState === POWER_STATE.paused) return;
        if (guest.powerState !== POWER_STATE.running) throw notRunning(id);
        host.pause(guest);
      },
      async unpause(id) {
        const guest = await scripted(life, id, 'unpause');
        if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
        if (guest.powerState !== POWER_STATE.running) host.unpause(guest);
      },
    },
    vitals: {
      async sample(id) {
        const guest = find(id);
        if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
        // A hard stall burns its first CPU; else nothing moves.
        const ran = guest.powerState === POWER_STATE.running ? world.clock.now() - guest.bootedAt : 0;
        const burns = isStalled(guest);
        const cpuMs = Array.from({ length: guest.spec.vcpus }, (_, cpu) => (burns && cpu === 0 ? Math.max(0, ran) : 0));
        return { cpuMs, disk: NO_TRAFFIC, net: NO_TRAFFIC };
      },
      async picture(id) {
        if (find(id).powerState === POWER_STATE.shutdown) throw notRunning(id);
        return { format: 'ppm', bytes: Buffer.from('P6\n1 1\n255\n\0\0\0', 'latin1') };
      },
    },
    reset: {
      async reset(id) {
        const guest = find(id);
        if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
        host.reset(guest);
      },
    },
    hostUptime: () => Promise.resolve(uptimeLine(world.clock.now(), world.clock.mono())),
    injectNmi,
    readConsole,
    followCrash,
    guestAgent: simAgent(find, world.clock),
    dumpMemory,
    ...simLife(life),
  };
}

/** Nobody is there to say how a verb goes. */
const NO_SCRIPT = { metadata: {}, boot: null } as const;

/** What simulated guests do with their disk and their network. */
const NO_TRAFFIC = { readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 } as const;

function checkNew(host: SimHost, spec: GuestSpec): void {
  if (host.guests.has(spec.id)) {
    throw new DriverFault('failed', `operation failed: domain '${spec.name}' already exists with uuid ${spec.id}`);
  }
  if (behaviourOf(spec) === undefined) {
    const known = Object.keys(BEHAVIOURS).join(', ');
    throw new DriverFault('failed', `there is no sim_behaviour '${behaviourName(spec)}'; there are: ${known}`);
  }
  const wrong = wrongScript(spec);
  if (wrong !== null) throw new DriverFault('failed', wrong);
  if (simOption(spec, 'sim_create') === 'fails') {
    throw new DriverFault('failed', 'internal error: process exited while connecting to monitor');
  }
}

/** As its world keeps it, in a file of text: what of its config drive is bytes is base64. */
function asText(spec: GuestSpec): GuestSpec {
  if (spec.configDrive === undefined) return spec;
  const files = Object.entries(spec.configDrive).map(([path, content]) => [
    path,
    typeof content === 'string' ? content : `base64:${Buffer.from(content).toString('base64')}`,
  ]);
  return { ...spec, configDrive: Object.fromEntries(files) };
}

function openStream(open: () => Readable): Readable {
  try {
    return open();
  } catch (cause) {
    throw new DriverFault('failed', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function asGuest({ spec, ours, powerState }: SimGuest): Guest {
  return { id: spec.id, name: spec.name, powerState, vcpus: spec.vcpus, memoryMb: spec.memoryMb, ours };
}

function lastLines(text: string, count: number): string {
  const lines = text.split('\n');
  const tail = lines.at(-1) === '' ? 1 : 0;
  return lines.slice(Math.max(0, lines.length - count - tail)).join('\n');
}

function lost(reason: string): DriverFault {
  return new DriverFault('connection-lost', reason, { novaClass: 'libvirtError' });
}
