// A driver of one simulated host. It differs from a real driver only in what it drives: it refuses what libvirt refuses,
// loses its connection, and leaves guests running when it stops.

import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import {
  type Driver,
  DriverFault,
  type DriverListener,
  type Guest,
  type GuestSpec,
  type InjectNmi,
  type Inventory,
  type ReadConsole,
} from '../driver.ts';
import { BEHAVIOURS, behaviourName, behaviourOf, simOption } from './behaviours.ts';
import type { SimHost } from './sim-host.ts';
import type { SimWorld } from './sim-world.ts';
import type { SimGuest } from './world-record.ts';

/** What a simulated driver is made of. */
export interface SimDriverOptions {
  readonly world: SimWorld;
  /** The host's name; hosts need no setting up. */
  readonly host: string;
  /** What the host says it has; by default 64 CPUs, 256 GiB of memory, 4 TiB of disk. It is not enforced. */
  readonly capacity?: Partial<Pick<Inventory, 'vcpus' | 'memoryMb' | 'diskGb'>>;
  /** How long sending an NMI may take, in ms; 10,000 by default. The simulated hypervisor does not care. */
  readonly nmiBoundMs?: number;
}

/** A driver of the simulated host `host`. */
export function simDriver({ world, host: name, capacity = {}, nmiBoundMs = 10_000 }: SimDriverOptions): Driver {
  const host = world.host(name);
  const inventory: Inventory = {
    hypervisorType: 'sim',
    hypervisorVersion: 1_000_000,
    hypervisorHostname: name,
    arch: 'x86_64',
    vcpus: 64,
    memoryMb: 262_144,
    diskGb: 4_096,
    ...capacity,
  };
  const unanswered = new Set<(fault: DriverFault) => void>();
  let detach: (() => void) | null = null;

  const failUnanswered = (reason: string): void => {
    const fault = new DriverFault('connection-lost', reason, { asked: 'maybe', novaClass: 'libvirtError' });
    for (const reject of unanswered) reject(fault);
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
    async send(id, { command }) {
      const guest = find(id);
      if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
      const { call } = behaviourOf(guest.spec) ?? BEHAVIOURS.panics;
      if (call.kind === 'refuses') throw new DriverFault(call.code, call.message, { novaClass: call.novaClass });
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

  return {
    type: 'sim',
    async start(listener: DriverListener) {
      detach ??= host.attach({
        guestEvent: (event) => listener.guestEvent(event),
        connection(connection) {
          if (!connection.up) failUnanswered(connection.reason);
          listener.connection(connection);
        },
      });
    },
    async stop() {
      detach?.();
      detach = null;
      failUnanswered('the driver stopped');
    },
    async inventory() {
      reach();
      return inventory;
    },
    async guests() {
      return [...reach().guests.values()].map(asGuest);
    },
    async guest(id) {
      return asGuest(find(id));
    },
    async create(spec) {
      checkNew(reach(), spec);
      host.boot(host.make(spec, true));
    },
    async destroy(id) {
      const guest = reach().guests.get(id);
      if (guest !== undefined) host.remove(guest);
    },
    async powerOn(id) {
      const guest = find(id);
      if (guest.powerState === POWER_STATE.shutdown) host.boot(guest);
    },
    async powerOff(id) {
      const guest = find(id);
      if (guest.powerState !== POWER_STATE.shutdown) host.cutPower(guest);
    },
    async pause(id) {
      const guest = find(id);
      if (guest.powerState === POWER_STATE.paused) return;
      if (guest.powerState !== POWER_STATE.running) throw notRunning(id);
      host.pause(guest);
    },
    async unpause(id) {
      const guest = find(id);
      if (guest.powerState === POWER_STATE.shutdown) throw notRunning(id);
      if (guest.powerState === POWER_STATE.paused) host.unpause(guest);
    },
    injectNmi,
    readConsole,
  };
}

function checkNew(host: SimHost, spec: GuestSpec): void {
  if (host.guests.has(spec.id)) {
    throw new DriverFault('failed', `operation failed: domain '${spec.name}' already exists with uuid ${spec.id}`);
  }
  if (behaviourOf(spec) === undefined) {
    const known = Object.keys(BEHAVIOURS).join(', ');
    throw new DriverFault('failed', `there is no sim_behaviour '${behaviourName(spec)}'; there are: ${known}`);
  }
  if (simOption(spec, 'sim_create') === 'fails') {
    throw new DriverFault('failed', 'internal error: process exited while connecting to monitor');
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

function notRunning(id: ServerId): DriverFault {
  return new DriverFault('not-running', `Instance ${id} is not running.`, { novaClass: 'InstanceNotRunning' });
}

function lost(reason: string): DriverFault {
  return new DriverFault('connection-lost', reason, { novaClass: 'libvirtError' });
}
