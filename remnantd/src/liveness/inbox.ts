// What agents tell of themselves comes in here: hellos and heartbeats. A host that says hello for the first time gets its
// service row, and what it tells is kept there for every API process; a driver that lost its hypervisor gets its service
// disabled, and enabled again, by itself (Nova's AUTO).

import { insertAudit } from '../db/audit.ts';
import { lastCommandSeq } from '../db/commands.ts';
import { findServiceOn, patchService, presentedService } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import { toldIn } from '../model/host-told.ts';
import type { HostName, ServiceId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { AUTO_DISABLED, COMPUTE, isAutoDisabled } from '../model/service.ts';
import type { Beat, Hello, HelloReply } from '../model/wire.ts';
import { hostOfSubject, SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { greetingAsker } from './greeting-asker.ts';
import type { HostEntry } from './host-record.ts';
import type { HostTable } from './host-table.ts';
import { Presenting } from './presenting.ts';
import type { ServiceBook } from './service-book.ts';

/** What the inbox needs. */
export interface InboxDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hosts: HostTable;
  readonly book: ServiceBook;
  /** The availability zone new services are in. */
  readonly zone: string;
  /** Told of each hello after its service row exists. */
  readonly onHello: (hello: Hello) => Promise<void>;
  readonly onError: (what: string, error: unknown) => void;
}

/** Begins to listen; the result ends it. */
export function listenToHosts(deps: InboxDeps): Unsubscribe {
  const switching = new Set<HostName>();
  const presenting = new Presenting(deps.store);
  const askToGreet = greetingAsker(deps);
  const stopHello = deps.bus.serve(SUBJECT.fromAll('hello'), async (message, subject) => {
    const hello: Hello = { ...(message as unknown as Hello), host: hostOfSubject(subject) };
    // It came late: what a newer agent told is not to be replaced by it.
    if (deps.hosts.hasLeft(hello.host, hello.life))
      throw new BusFault('refused', `${hello.host}: this agent has stopped`);
    await register(deps, presenting, hello);
    deps.hosts.hello(hello);
    await deps.onHello(hello);
    const reply: HelloReply = { commandSeq: await lastCommandSeq(deps.store.read) };
    return reply as unknown as JsonValue;
  });
  const stopBeat = deps.bus.subscribeEach(SUBJECT.fromAll('beat'), (subject) => {
    const host = hostOfSubject(subject);
    const take = deps.hosts.beatsOf(host);
    return (message) => {
      const beat = message as unknown as Beat;
      const entry = take(beat);
      askToGreet(entry);
      // One switch at a time per host: the next beat tells again what still differs.
      if (!wantsSwitch(entry, beat) || switching.has(host)) return;
      switching.add(host);
      autoSwitch(deps, host, beat)
        .catch((error: unknown) => deps.onError(`switching the service of ${host}`, error))
        .finally(() => switching.delete(host));
    };
  });
  return () => {
    stopHello();
    stopBeat();
  };
}

/** Keeps what a host told; one that tells what it told before costs a read. */
async function register({ store, clock, book, zone }: InboxDeps, presenting: Presenting, hello: Hello): Promise<void> {
  const told = toldIn(hello);
  const known = await presentedService(store.read, hello.host, COMPUTE, JSON.stringify(told));
  if (known !== null) {
    book.seen(known);
    return;
  }
  const { host } = hello;
  const service = { id: asId<ServiceId>(clock.uuid()), host, binary: COMPUTE, zone, at: clock.wall(), told };
  const now = await presenting.keep(service);
  book.changed(now.service, now.told);
}

function wantsSwitch({ service }: HostEntry, { connection }: Beat): boolean {
  // Where nothing is known of its guests, it is not the host that cannot be worked with.
  if (service === null || connection === null || connection.unknown === true) return false;
  return connection.up ? isAutoDisabled(service) : !service.disabled;
}

/**
 * Disables a service whose hypervisor is lost, enables one that was disabled so; an admin's disable is left alone. Every
 * process hears the beat: the one that finds it undone, in its transaction, does it.
 */
async function autoSwitch({ store, clock, book }: InboxDeps, host: HostName, { connection }: Beat): Promise<void> {
  if (connection === null) return;
  const service = await store.transaction(async (tx) => {
    const now = await findServiceOn(tx, host, COMPUTE);
    if (now === null) return null;
    const patch = connection.up
      ? { disabled: false, disabledReason: null }
      : { disabled: true, disabledReason: `${AUTO_DISABLED}${connection.reason}`.slice(0, 255) };
    if (connection.up ? !isAutoDisabled(now) : now.disabled) return null;
    const at = clock.wall();
    await insertAudit(tx, {
      at,
      requestId: asId(`req-${clock.uuid()}`),
      userId: null,
      projectId: null,
      operation: 'service.auto',
      target: `service ${now.id}`,
      result: 'done',
      detail: JSON.stringify({ host: now.host, ...patch }),
    });
    return patchService(tx, now.id, patch, at);
  });
  if (service !== null) book.changed(service);
}
