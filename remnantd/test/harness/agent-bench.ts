// An agent at work for a test: the real bus, the real files and a simulated host; dispatch is a script in the test's hands.

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentDeps } from '../../src/agent/agent-deps.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import type { CommandId, HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type {
  Beat,
  Claim,
  Evidence,
  EvidenceBatch,
  Grant,
  Hello,
  HostSays,
  Report,
  Ring,
} from '../../src/model/wire.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { cutBus } from './cut-bus.ts';
import { tempDir } from './temp-dir.ts';
import { testClock } from './test-clock.ts';

const HOST = asId<HostName>('h');

/** The server of the one guest there is. */
export const SERVER = asId<ServerId>('11111111-1111-4111-8111-111111111111');

/** A grant of an NMI; `seq` names the command too. */
export function nmiGrant(seq: number, more: Partial<Grant> = {}): Grant {
  const command = asId<CommandId>(`c${seq}`);
  return { command, seq, server: SERVER, order: { kind: 'inject-nmi' }, first: true, validMs: 5_000, ...more };
}

/**
 * Sets up a host with one guest that ignores NMIs, and what dispatch was told; agents are started one after another. `wrap`
 * may put another driver in front of the simulated one, `more` says what takes dmesg out of dumps.
 */
export function agentBench(
  wrap: (driver: Driver) => Driver = (driver) => driver,
  more: Pick<AgentDeps, 'openDmesg'> & Partial<Pick<AgentDeps, 'beatMs'>> = {},
) {
  const clock = testClock();
  const errors: string[] = [];
  const bus = memoryBus(clock, () => {});
  const line = cutBus(bus, clock);
  const lane = memoryLane(clock);
  const world = openSimWorld({
    dir: null,
    now: () => clock.wall(),
    mono: () => clock.mono(),
    defer: (ms, run) => clock.after(ms, run),
  });
  world.plantGuest(HOST, { id: SERVER, name: 'g', metadata: { sim_behaviour: 'ignores' } });
  const stateDir = join(tempDir(), 'state');

  const heard = {
    /** What was said, in order. */
    order: [] as HostSays[],
    hellos: [] as Hello[],
    claims: [] as Claim[],
    reports: [] as Report[],
    batches: [] as EvidenceBatch[],
    beats: [] as Beat[],
  };
  /** What dispatch does; a test changes it. `refuse` names what is answered with a refusal, `holds` until when it is not answered; `saysLast`: of the last grant that it is. */
  const dispatch = {
    grants: [] as Grant[],
    commandSeq: 0,
    refuse: new Set<HostSays>(),
    holds: new Map<HostSays, Promise<void>>(),
    saysLast: false,
  };

  const serve = (says: HostSays, answer: (message: JsonValue) => JsonValue) =>
    bus.serve(SUBJECT.fromAll(says), async (message) => {
      const reply = answer(message);
      heard.order.push(says);
      await dispatch.holds.get(says);
      if (dispatch.refuse.has(says)) throw new Error('not now');
      return reply;
    });
  serve('hello', (message) => {
    heard.hellos.push(message as unknown as Hello);
    return { commandSeq: dispatch.commandSeq };
  });
  serve('claim', (message) => {
    heard.claims.push(message as unknown as Claim);
    const grant = (dispatch.grants.shift() ?? null) as unknown as JsonValue;
    return dispatch.saysLast && dispatch.grants.length === 0 ? { grant, last: true } : { grant };
  });
  serve('report', (message) => {
    heard.reports.push(message as unknown as Report);
    return {};
  });
  serve('evidence', (message) => {
    const batch = message as unknown as EvidenceBatch;
    heard.batches.push(batch);
    return { upTo: batch.entries.at(-1)?.seq ?? 0 };
  });
  bus.subscribe(SUBJECT.fromAll('beat'), (message) => heard.beats.push(message as unknown as Beat));

  let running: Agent | null = null;
  const start = async (openLog = openDurableLog) => {
    const agent = new Agent({
      host: HOST,
      driver: wrap(simDriver({ world, host: HOST })),
      bus: line,
      clock,
      images: { list: async () => [], find: async () => null, files: async () => null },
      lane,
      stateDir,
      openLog,
      calls: ['inject-nmi'],
      beatMs: 20,
      ...more,
      pollMs: 20,
      requestMs: 500,
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
    running = agent;
    await agent.start();
    return agent;
  };
  const stop = async () => {
    await running?.stop(200);
    running = null;
  };
  onTestFinished(async () => {
    await stop();
    clock.stop();
    await bus.close();
    world.close();
  });
  return {
    clock,
    bus,
    /** The agent's end of it. */
    line,
    world,
    errors,
    heard,
    dispatch,
    stateDir,
    start,
    stop,
    /** Rings, as dispatch does when a command was queued. */
    ring: (ring: Ring = {}) => bus.publish(SUBJECT.ring(HOST), { ...ring }),
    /** Every entry that dispatch was told, in the order it was told, repeats included. */
    told: (): Evidence[] => heard.batches.flatMap((batch) => batch.entries),
  };
}
