// What moves end in, on a real database: every kind of end of each order, and that nothing which is behind a move touches the server.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BOUNDS } from '../../../test/harness/command-bench.ts';
import { serverRow } from '../../../test/harness/server-rows.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import type { CommandRow } from '../../db/commands.ts';
import { findCommand } from '../../db/commands.ts';
import { insertAction } from '../../db/instance-actions.ts';
import { insertMigration, leftovers, migrationOfAction } from '../../db/server-migrations.ts';
import { holdSize } from '../../db/server-usage.ts';
import type { NewServer } from '../../db/servers.ts';
import { findServer, insertServer } from '../../db/servers.ts';
import { openStore } from '../../db/store.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { CreateSpec, Order, Outcome } from '../../model/command.ts';
import type { HostName, ImageId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Migration, MigrationStatus } from '../../model/migration.ts';
import type { Server } from '../../model/server.ts';
import { settleServerSink } from './settle-server.ts';

const OLD = { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, extraSpecs: {} };
const NEW = { ...OLD, id: '2', name: 'large', vcpus: 4, ram: 4_096 };
const SIZE = { vcpus: 4, memoryMb: 4_096, diskGb: 1 };
const ID = asId<Server['id']>('aaaaaaaa-0000-4000-8000-000000000001');
const [H1, H2] = [asId<HostName>('host-1'), asId<HostName>('host-2')];

const SUCCESS: Outcome = { result: 'success' };
const FAILED: Outcome = { result: 'error', reason: 'it broke', details: 'libvirtError', faultCode: 500 };
const UNTOUCHED: Outcome = { ...FAILED, untouched: true };
const UNKNOWN: Outcome = { result: 'unknown', reason: 'the agent restarted' };

interface Scene {
  readonly server?: Partial<NewServer>;
  readonly kind?: Migration['kind'];
  /** Of the migration that the order belongs to; none without. */
  readonly status?: MigrationStatus;
  readonly order: Order;
  readonly host?: HostName;
  /** False for a command that was never taken. */
  readonly taken?: false;
  /** True for a command of an earlier action than the migration's, which goes to host-2. */
  readonly earlier?: true;
}

async function ended(scene: Scene, outcome: Outcome) {
  const clock = testClock();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(async () => {
    clock.stop();
    await store.close();
  });
  const { host = H1, kind = 'resize', status } = scene;
  const actionSeq = await store.transaction(async (tx) => {
    await insertServer(tx, serverRow({ id: ID, flavor: OLD, ...scene.server }));
    const request = { requestId: asId<never>('req-1'), userId: asId<never>('u'), projectId: asId<never>('p') };
    const action = await insertAction(tx, { serverId: ID, ...request, action: 'x', startTime: 1 });
    if (status !== undefined) {
      await insertMigration(tx, {
        id: clock.uuid(),
        serverId: ID,
        projectId: asId('p'),
        userId: asId('u'),
        kind,
        status,
        sourceHost: H1,
        sourceNode: 'node-1',
        destHost: scene.earlier === true ? H2 : host,
        destNode: 'node-2',
        oldFlavor: OLD,
        newFlavor: NEW,
        actionSeq: scene.earlier === true ? action + 1 : action,
        createdAt: 1,
      });
      if (status === 'migrating') await holdSize(tx, ID, [OLD, NEW]);
    }
    return action;
  });
  const command = await store.transaction(async (tx): Promise<CommandRow> => {
    const { id } = await queueCommand(tx, clock, BOUNDS, {
      server: ID,
      host,
      order: scene.order,
      actionSeq,
      event: 'e',
    });
    const row = await findCommand(tx, id);
    if (row === null) throw new Error('the command is not there');
    return { ...row, state: scene.taken === false ? 'queued' : 'granted' };
  });
  await store.transaction((tx) => settleServerSink({ clock, bounds: BOUNDS })(tx, command, outcome));
  const server = await findServer(store.read, ID);
  if (server === null) throw new Error('the server is not there');
  const sizes = await store.read.selectFrom('servers').select(['vcpus', 'memory_mb']).executeTakeFirstOrThrow();
  return {
    server,
    held: sizes.memory_mb,
    migration: await migrationOfAction(store.read, ID, actionSeq),
    left: (await leftovers(store.read, null)).map((one) => one.leftoverOn),
  };
}

const RESIZE: Scene = {
  server: { taskState: 'resize_finish' },
  status: 'migrating',
  order: { kind: 'resize', size: SIZE },
};
const REVERT: Scene = {
  server: { vmState: 'resized', taskState: 'resize_reverting', flavor: NEW, oldFlavor: OLD, oldVmState: 'stopped' },
  status: 'reverting',
  order: { kind: 'revert-resize', size: { vcpus: 1, memoryMb: 512, diskGb: 1 }, stopped: true },
};
const OLD_IMAGE = { imageId: asId<ImageId>('old'), kernelId: 'k', ramdiskId: 'r' };
const REBUILD: Scene = {
  server: { taskState: 'rebuild_spawning', imageId: asId('new') },
  order: {
    kind: 'rebuild',
    spec: { id: ID } as CreateSpec,
    stopped: false,
    was: OLD_IMAGE,
  },
};
const EVACUATE: Scene = {
  server: { taskState: 'rebuild_spawning' },
  kind: 'evacuation',
  status: 'pre-migrating',
  order: { kind: 'rebuild', spec: { id: ID } as CreateSpec, stopped: true },
  host: H2,
};

describe('a resize', () => {
  it.each([
    ['success', SUCCESS, { vmState: 'resized', flavor: NEW, oldFlavor: OLD, oldVmState: 'active' }, 'finished', 4_096],
    ['an error', FAILED, { vmState: 'active', flavor: OLD, oldFlavor: null }, 'error', 512],
    ['an unknown end', UNKNOWN, { vmState: 'error', flavor: OLD, oldFlavor: null }, 'error', 4_096],
  ] as const)('with %s', async (_, outcome, row, status, held) => {
    const end = await ended(RESIZE, outcome);
    expect(end.server).toMatchObject({ ...row, taskState: null });
    expect([end.migration?.status, end.held]).toEqual([status, held]);
  });

  it('of which nothing is known says so', async () => {
    const { server } = await ended(RESIZE, UNKNOWN);
    expect(server.fault).toMatchObject({ code: 500, message: 'unknown: the agent restarted' });
  });

  it('that a deletion waits behind goes on being deleted', async () => {
    const { server } = await ended({ ...RESIZE, server: { taskState: 'deleting' } }, SUCCESS);
    expect(server).toMatchObject({ taskState: 'deleting', flavor: NEW });
  });
});

describe('a revert', () => {
  it.each([
    ['success', SUCCESS, { vmState: 'stopped', powerState: 4, flavor: OLD, oldFlavor: null }, 'reverted'],
    ['nothing done', UNTOUCHED, { vmState: 'resized', flavor: NEW, oldFlavor: OLD }, 'finished'],
    ['an error', FAILED, { vmState: 'error', flavor: NEW, oldFlavor: null }, 'error'],
    ['an unknown end', UNKNOWN, { vmState: 'error', flavor: NEW, oldFlavor: null }, 'error'],
  ] as const)('with %s', async (_, outcome, row, status) => {
    const end = await ended(REVERT, outcome);
    expect(end.server).toMatchObject({ ...row, taskState: null });
    expect(end.migration?.status).toBe(status);
  });
});

describe('a rebuild', () => {
  it.each([
    ['success', REBUILD, SUCCESS, { vmState: 'active', imageId: 'new' }],
    ['an error', REBUILD, FAILED, { vmState: 'error', imageId: 'new' }],
    ['an unknown end', REBUILD, UNKNOWN, { vmState: 'error', imageId: 'new' }],
    ['nothing done', REBUILD, UNTOUCHED, { vmState: 'active', imageId: 'old', kernelId: 'k', ramdiskId: 'r' }],
    ['nobody who took it', { ...REBUILD, taken: false }, FAILED, { vmState: 'active', imageId: 'old' }],
  ] as const)('with %s', async (_, scene, outcome, row) => {
    expect((await ended(scene, outcome)).server).toMatchObject({ ...row, taskState: null, host: 'host-1' });
  });
});

describe('an evacuation', () => {
  it.each([
    ['success', SUCCESS, { vmState: 'stopped', host: 'host-2', node: 'node-2' }, 'done', ['host-1']],
    ['an error', FAILED, { vmState: 'error', host: 'host-1' }, 'failed', ['host-2']],
    ['an unknown end', UNKNOWN, { vmState: 'error', host: 'host-1' }, 'failed', ['host-2']],
    ['nothing done', UNTOUCHED, { vmState: 'active', host: 'host-1' }, 'error', []],
  ] as const)('with %s', async (_, outcome, row, status, left) => {
    const end = await ended(EVACUATE, outcome);
    expect(end.server).toMatchObject({ ...row, taskState: null });
    expect([end.migration?.status, end.left]).toEqual([status, left]);
  });

  it('of a server that was deleted meanwhile leaves what it made to be removed', async () => {
    const deleted = { ...EVACUATE, server: { vmState: 'deleted', deletedAt: 5, taskState: null } } as const;
    const end = await ended(deleted, SUCCESS);
    expect(end.server).toMatchObject({ vmState: 'deleted', host: 'host-1' });
    expect([end.migration?.status, end.left]).toEqual(['failed', ['host-2']]);
  });

  it.each([
    ['nothing done', UNTOUCHED, 'active'],
    ['an error', FAILED, 'error'],
    ['an unknown end', UNKNOWN, 'error'],
  ] as const)(
    'that comes to nothing, with %s, leaves the image that was there before it',
    async (_, outcome, vmState) => {
      const order: Order = { kind: 'rebuild', spec: { id: ID } as CreateSpec, stopped: false, was: OLD_IMAGE };
      const end = await ended({ ...EVACUATE, server: { ...EVACUATE.server, imageId: asId('new') }, order }, outcome);
      expect(end.server).toMatchObject({ ...OLD_IMAGE, host: 'host-1', vmState });
    },
  );
});

describe.each([
  ['a resize', RESIZE],
  ['a revert', REVERT],
] as const)('%s of a server that was deleted meanwhile', (_, scene) => {
  it.each([
    ['success', SUCCESS],
    ['an error', FAILED],
    ['an unknown end', UNKNOWN],
  ] as const)('is over with %s', async (__, outcome) => {
    const server = { ...scene.server, vmState: 'deleted', deletedAt: 5, taskState: null } as const;
    const end = await ended({ ...scene, server }, outcome);
    expect(end.server).toMatchObject({ vmState: 'deleted', fault: null });
    expect(end.migration?.status).toBe('error');
  });
});

it.each([
  [
    'while it is made elsewhere',
    { ...EVACUATE, server: { taskState: 'rebuilding' }, host: H1, order: { kind: 'power-off' }, earlier: true },
  ],
  ['when it is elsewhere', { server: { host: H2 }, order: { kind: 'destroy' } }],
] as const satisfies readonly (readonly [string, Scene])[])(
  'what its old host did %s changes nothing of the server',
  async (_, scene) => {
    const { server } = await ended(scene, SUCCESS);
    expect(server).toMatchObject({ vmState: 'active', powerState: 1, deletedAt: null });
  },
);

it('a resize that was under way when its host was lost is over with it', async () => {
  const { server } = await ended({ ...RESIZE, server: { taskState: null, host: H2 } }, UNKNOWN);
  expect(server).toMatchObject({ vmState: 'active', fault: null, flavor: OLD });
});
