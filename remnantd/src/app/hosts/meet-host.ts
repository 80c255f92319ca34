// What is done when a host presents itself: guests that were there before Remnant become servers of the configured project
// (never touched unless their owner asks), guests of servers deleted meanwhile are removed, and a server whose guest is on
// another node of its host is there, too.

import { insertAction } from '../../db/instance-actions.ts';
import type { ServerPlace } from '../../db/servers.ts';
import { findServer, insertServer, patchServer, serverPlaces } from '../../db/servers.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Dispatcher } from '../../dispatch/dispatcher.ts';
import type { CommandBounds, Queued } from '../../dispatch/queue-command.ts';
import type { FoundGuest } from '../../model/host.ts';
import type { ProjectId, UserId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { VmState } from '../../model/server-states.ts';
import type { Hello } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import { removeLeftover } from '../servers/remove-leftover.ts';

/** What meeting a host needs. */
export interface MeetHostDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: Pick<Dispatcher, 'ring'>;
  readonly bounds: CommandBounds;
  readonly zone: string;
  /** Who owns adopted servers; null when guests found on hosts are left alone. */
  readonly adoptFor: { readonly project: ProjectId; readonly user: UserId } | null;
}

/** Goes through the guests of a host that said hello. */
export async function meetHost(deps: MeetHostDeps, hello: Hello): Promise<void> {
  const guests = hello.offered.guests ?? [];
  // One look for all: a cloud that starts anew says hello for every guest there is, and next to none of them needs anything.
  const places = await serverPlaces(
    deps.store.read,
    guests.map((guest) => guest.id),
  );
  for (const guest of guests) {
    if (!concerns(deps, hello, guest, places.get(guest.id) ?? null)) continue;
    const queued = await deps.store.transaction((tx) => meetGuest(tx, deps, hello, guest));
    if (queued !== null) await deps.dispatcher.ring(queued);
  }
}

async function meetGuest(tx: Db, deps: MeetHostDeps, hello: Hello, guest: FoundGuest): Promise<Queued | null> {
  const server = await findServer(tx, guest.id);
  if (!concerns(deps, hello, guest, server)) return null;
  if (server === null) {
    await adopt(tx, deps, hello, guest);
    return null;
  }
  // Deleted while the host could not be reached. An adopted guest too: its owner deleted it.
  if (server.deletedAt !== null) return removeLeftover(tx, deps, server, hello.host);
  await patchServer(tx, server.id, { node: nodeOf(hello, guest), updatedAt: deps.clock.wall() });
  return null;
}

/** True if something is to be done about a guest: nobody knows it, its server was deleted on this host, or is on another node of it. */
function concerns(deps: MeetHostDeps, hello: Hello, guest: FoundGuest, server: ServerPlace | null): boolean {
  if (server === null) return !guest.ours && deps.adoptFor !== null;
  if (server.host !== hello.host) return false;
  return server.deletedAt !== null || (guest.node !== undefined && guest.node !== server.node);
}

/** The hypervisor that a guest is on: its node, where its host has such. */
function nodeOf(hello: Hello, guest: FoundGuest): string {
  return guest.node ?? hello.offered.hypervisorHostname;
}

async function adopt(tx: Db, deps: MeetHostDeps, hello: Hello, guest: FoundGuest): Promise<void> {
  if (deps.adoptFor === null) return;
  const at = deps.clock.wall();
  const server = await insertServer(tx, {
    id: guest.id,
    projectId: deps.adoptFor.project,
    userId: deps.adoptFor.user,
    name: guest.name,
    description: null,
    hostname: guest.name,
    host: hello.host,
    node: nodeOf(hello, guest),
    vmState: vmStateOf(guest),
    taskState: null,
    powerState: guest.powerState,
    progress: 0,
    lockedBy: null,
    lockedReason: null,
    imageId: null,
    flavor: {
      id: 'adopted',
      name: 'adopted',
      vcpus: guest.vcpus,
      ram: guest.memoryMb,
      disk: 0,
      ephemeral: 0,
      swap: 0,
      extraSpecs: {},
    },
    metadata: {},
    tags: [],
    addresses: {},
    accessIpV4: '',
    accessIpV6: '',
    availabilityZone: deps.zone,
    configDrive: false,
    diskConfig: 'MANUAL',
    keyName: null,
    userData: null,
    securityGroups: [],
    networks: 'none',
    hints: {},
    groupId: null,
    pinnedZone: null,
    oldFlavor: null,
    oldVmState: null,
    reservationId: '',
    launchIndex: 0,
    kernelId: '',
    ramdiskId: '',
    rootDeviceName: null,
    instanceName: guest.name,
    fault: null,
    origin: 'adopted',
    createdAt: at,
    updatedAt: at,
    launchedAt: at,
    terminatedAt: null,
    deletedAt: null,
  });
  await insertAction(tx, {
    serverId: server.id,
    requestId: asId(`req-${deps.clock.uuid()}`),
    action: 'adopt',
    userId: server.userId,
    projectId: server.projectId,
    startTime: at,
  });
}

function vmStateOf(guest: FoundGuest): VmState {
  switch (guest.powerState) {
    case POWER_STATE.running:
    case POWER_STATE.crashed:
      return 'active';
    case POWER_STATE.paused:
      return 'paused';
    case POWER_STATE.shutdown:
      return 'stopped';
    case POWER_STATE.suspended:
      return 'suspended';
    case POWER_STATE.noState:
      // What a node's power cannot be read for says nothing of the server on it; Nova lets it be as well.
      return guest.node === undefined ? 'error' : 'active';
  }
}
