// What agents tell of themselves comes in here: hellos and heartbeats. A host that says hello for the first time gets its
// service row; a driver that lost its hypervisor gets its service disabled, and enabled again, by itself (Nova's AUTO).

import { insertAudit } from '../db/audit.ts';
import { lastCommandSeq } from '../db/commands.ts';
import { allServices, ensureService, findServiceOn, patchService } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import { asId } from '../model/ids.ts';
import { AUTO_DISABLED } from '../model/service.ts';
import type { Beat, Hello, HelloReply } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostTable } from './host-table.ts';

/** What the inbox needs. */
export interface InboxDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hosts: HostTable;
  /** The availability zone new services are in. */
  readonly zone: string;
  /** Told of each hello after its service row exists. */
  readonly onHello: (hello: Hello) => Promise<void>;
  readonly onError: (what: string, error: unknown) => void;
}

/** Begins to listen; the result ends it. */
export function listenToHosts(deps: InboxDeps): Unsubscribe {
  const switching = new Set<string>();
  const stopHello = deps.bus.serve(SUBJECT.hello, async (message) => {
    const hello = message as unknown as Hello;
    await register(deps, hello);
    deps.hosts.hello(hello);
    await deps.onHello(hello);
    const reply: HelloReply = { commandSeq: await lastCommandSeq(deps.store.read) };
    return reply as unknown as JsonValue;
  });
  const stopBeat = deps.bus.subscribe(SUBJECT.beat, (message) => {
    const beat = message as unknown as Beat;
    deps.hosts.beat(beat);
    // One switch at a time per host: the next beat tells again what still differs.
    if (switching.has(beat.host) || !differs(deps, beat)) return;
    switching.add(beat.host);
    autoSwitch(deps, beat)
      .catch((error: unknown) => deps.onError(`switching the service of ${beat.host}`, error))
      .finally(() => switching.delete(beat.host));
  });
  return () => {
    stopHello();
    stopBeat();
  };
}

/** Reads every service row into the table. */
export async function refreshServices(store: Store, hosts: HostTable): Promise<void> {
  hosts.services(await allServices(store.read));
}

async function register(deps: InboxDeps, hello: Hello): Promise<void> {
  const known = await findServiceOn(deps.store.read, hello.host, 'nova-compute');
  if (known !== null) return;
  await deps.store.transaction((tx) =>
    ensureService(tx, {
      id: asId(deps.clock.uuid()),
      host: hello.host,
      binary: 'nova-compute',
      zone: deps.zone,
      at: deps.clock.wall(),
    }),
  );
  await refreshServices(deps.store, deps.hosts);
}

function differs(deps: InboxDeps, beat: Beat): boolean {
  const service = deps.hosts.find(beat.host)?.service ?? null;
  if (service === null || beat.connection === null) return false;
  const auto = service.disabled && (service.disabledReason ?? '').startsWith(AUTO_DISABLED);
  return beat.connection.up ? auto : !service.disabled;
}

/** Disables a service whose hypervisor is lost, enables one that was disabled so; an admin's disable is left alone. */
async function autoSwitch(deps: InboxDeps, beat: Beat): Promise<void> {
  const { connection } = beat;
  if (connection === null) return;
  const service = await deps.store.transaction(async (tx) => {
    const now = await findServiceOn(tx, beat.host, 'nova-compute');
    if (now === null) return null;
    const auto = now.disabled && (now.disabledReason ?? '').startsWith(AUTO_DISABLED);
    const at = deps.clock.wall();
    const change = async (patch: { disabled: boolean; disabledReason: string | null }) => {
      await insertAudit(tx, {
        at,
        requestId: asId(`req-${deps.clock.uuid()}`),
        userId: null,
        projectId: null,
        operation: 'service.auto',
        target: `service ${now.id}`,
        result: 'done',
        detail: JSON.stringify({ host: now.host, ...patch }),
      });
      return patchService(tx, now.id, patch, at);
    };
    if (connection.up && auto) return change({ disabled: false, disabledReason: null });
    if (!connection.up && !now.disabled) {
      return change({ disabled: true, disabledReason: `${AUTO_DISABLED}${connection.reason}`.slice(0, 255) });
    }
    return null;
  });
  if (service !== null) deps.hosts.service(service);
}
