// Pages by keyset: whatever the order and however small the pages, walking them gives every server exactly once.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { serverRow } from '../../test/harness/server-rows.ts';
import type { TestDatabase } from '../../test/harness/test-database.ts';
import { testDatabase } from '../../test/harness/test-database.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Server } from '../model/server.ts';
import type { ServerColumn, ServerFilter, ServerPage, TagMatch } from '../model/server-query.ts';
import { findMarker, pageOfServers } from './server-pages.ts';
import { insertServer } from './servers.ts';
import type { Store } from './store.ts';
import { openStore } from './store.ts';

/** Columns of each kind: text, number, with nulls, with few values, all alike. */
const KEYS = {
  name: (server: Server) => server.name,
  created_at: (server: Server) => server.createdAt,
  launched_at: (server: Server) => server.launchedAt,
  task_state: (server: Server) => server.taskState,
  host: (server: Server) => server.host,
  power_state: (server: Server) => server.powerState,
  key_name: (server: Server) => server.keyName,
  id: (server: Server) => server.id,
} as const satisfies Partial<Record<ServerColumn, (server: Server) => string | number | null>>;
type Key = keyof typeof KEYS;

const COUNT = 40;
let database: TestDatabase;
let store: Store;
let servers: Server[];

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  database = await testDatabase(dir);
  store = await openStore(database.url);
  const pick = <T>(list: readonly T[], n: number) => list[n % list.length] as T;
  servers = await store.transaction(async (tx) => {
    const all: Server[] = [];
    for (let n = 0; n < COUNT; n += 1) {
      const row = serverRow({
        name: pick(['b', 'a', 'C', 'a-b'], n),
        projectId: asId(pick(['p', 'q'], n)),
        host: pick([asId<HostName>('h2'), null, asId<HostName>('h1')], n),
        taskState: pick([null, null, 'pausing', 'deleting'], n),
        powerState: pick([1, 4, 1, 0, 6], n),
        createdAt: 1_000 + (n % 7),
        launchedAt: pick([null, 5, 3, null, 9], n),
      });
      all.push(await insertServer(tx, row));
    }
    await insertServer(tx, serverRow({ deletedAt: 5 }));
    await insertServer(tx, serverRow({ vmState: 'soft-delete' }));
    return all;
  });
  return async () => {
    await store.close();
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  };
});

const plain: ServerPage = { projectId: null, rows: 'live', filters: [], sort: [], limit: 1_000, after: null };
const order = fc.array(
  fc.record({ column: fc.constantFrom(...(Object.keys(KEYS) as Key[])), dir: fc.constantFrom('asc' as const, 'desc') }),
  { maxLength: 3 },
);

/** The order as a person would write it: nulls first going up, last going down, then the server's id, always up. */
function sorted(all: readonly Server[], sort: readonly { column: Key; dir: 'asc' | 'desc' }[]): string[] {
  const compare = (a: string | number | null, b: string | number | null) => {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? -1 : 1;
    return a < b ? -1 : 1;
  };
  return all
    .toSorted((a, b) => {
      for (const { column, dir } of sort) {
        const by = compare(KEYS[column](a), KEYS[column](b));
        if (by !== 0) return dir === 'asc' ? by : -by;
      }
      return compare(a.id, b.id);
    })
    .map((server) => server.id);
}

async function walk(query: ServerPage): Promise<string[]> {
  const ids: string[] = [];
  let after: Server | null = null;
  for (;;) {
    const page: Server[] = await pageOfServers(store.read, { ...query, after });
    expect(page.length).toBeLessThanOrEqual(query.limit);
    ids.push(...page.map((server) => server.id));
    after = page.at(-1) ?? null;
    if (after === null || ids.length > 2 * COUNT) return ids;
  }
}

describe('walking pages', () => {
  it('gives the sorted list once, for any order and any limit', async () => {
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: COUNT + 1 }), async (sort, limit) => {
        expect(await walk({ ...plain, sort, limit })).toEqual(sorted(servers, sort));
      }),
      { numRuns: 60 },
    );
  });

  it('begins behind a marker that is no longer in the list', async () => {
    const after = servers[7] ?? null;
    const query: ServerPage = { ...plain, filters: [{ column: 'name', equals: 'C' }], after };
    const rest = servers.filter((server) => server.name === 'C' && server.id > (after?.id ?? ''));
    expect((await pageOfServers(store.read, query)).map((server) => server.id)).toEqual(sorted(rest, []));
  });
});

describe('a page', () => {
  it('of nothing is empty', async () => {
    expect(await pageOfServers(store.read, { ...plain, limit: 0 })).toEqual([]);
  });

  it('holds the rows of its project, its conditions and its kind alone', async () => {
    const ids = async (more: Partial<ServerPage>) =>
      (await pageOfServers(store.read, { ...plain, ...more })).map((server) => server.id).toSorted();
    const where = (keep: (server: Server) => boolean) =>
      servers
        .filter(keep)
        .map((server) => server.id)
        .toSorted();
    const project = servers[0]?.projectId ?? null;
    expect(await ids({ projectId: project })).toEqual(where((server) => server.projectId === project));
    expect(await ids({ filters: [{ column: 'host', equals: null }] })).toEqual(where((server) => server.host === null));
    expect(await ids({ filters: [{ column: 'power_state', equals: 1 }] })).toEqual(
      where((server) => server.powerState === 1),
    );
    expect(await ids({ filters: [{ column: 'name', in: ['a', 'b'] }] })).toEqual(
      where((server) => ['a', 'b'].includes(server.name)),
    );
    const from = servers[20]?.createdAt ?? 0;
    expect(await ids({ filters: [{ column: 'created_at', atLeast: from }] })).toEqual(
      where((server) => server.createdAt >= from),
    );
    expect(await ids({ filters: [{ column: 'created_at', atMost: from }] })).toEqual(
      where((server) => server.createdAt <= from),
    );
    expect(await ids({ filters: [{ column: 'name', matches: '^[ab]$' }] })).toEqual(
      where((server) => ['a', 'b'].includes(server.name)),
    );
    expect(await ids({ filters: [{ column: 'power_state', matches: '^[46]$' }] })).toEqual(
      where((server) => [4, 6].includes(server.powerState)),
    );
    // 1970-01-01 00:00:01 and the milliseconds of it, which no text of a time has.
    expect(await ids({ filters: [{ column: 'created_at', matches: '^1970-01-01 00:00:01$' }] })).toEqual(
      where(() => true),
    );
    expect(await ids({ filters: [{ column: 'launched_at', matches: '1970' }] })).toEqual(
      where((server) => server.launchedAt !== null),
    );
    expect(await ids({ filters: [{ column: 'host', in: [] }] })).toEqual([]);
    for (const common of [false, true]) {
      const onH1 = where((server) => server.host === 'h1');
      expect(await ids({ filters: [{ column: 'host', in: ['h1', 'h9'], common }] })).toEqual(onH1);
    }
    expect(await ids({ filters: [{ column: 'power_state', in: [0, 6] }] })).toEqual(
      where((server) => [0, 6].includes(server.powerState)),
    );
    const soft = await ids({ filters: [{ column: 'vm_state', equals: 'soft-delete' }], rows: 'all' });
    expect(soft).toHaveLength(1);
    expect(await ids({ rows: 'kept' })).toEqual([...soft, ...where(() => true)].toSorted());
    expect(await ids({ rows: 'gone' })).toHaveLength(1);
    expect(soft).not.toEqual(await ids({ rows: 'gone' }));
    const deleted = await ids({ rows: 'deleted' });
    expect(deleted).toHaveLength(2);
    expect(await ids({ rows: 'all' })).toEqual([...deleted, ...where(() => true)].toSorted());
  });
});

describe('a page of tagged servers with addresses', () => {
  const TAGS = ['a', 'b', 'a b', '"', '💥'];
  const ADDRESSES = ['10.0.0.1', '10.0.0.11', '192.0.2.1'];
  const address = (addr: string, type: 'fixed' | 'floating') => ({ version: 4 as const, addr, type, mac: '' });
  const make = async (tags: readonly string[], addrs: readonly string[]) => {
    const addresses = { n: addrs.map((addr) => address(addr, 'fixed')), f: [address('203.0.113.1', 'floating')] };
    const row = serverRow({ projectId: asId('tagged'), tags, addresses });
    await store.transaction(async (tx) => insertServer(tx, row));
  };
  const names = async (filter: ServerFilter) => {
    const page = await pageOfServers(store.read, { ...plain, projectId: asId('tagged'), filters: [filter] });
    return page.map((server) => server.tags.join('|')).toSorted();
  };

  beforeAll(async () => {
    for (let n = 0; n < 2 ** TAGS.length; n += 1) {
      await make(
        TAGS.filter((_, i) => ((n >> i) & 1) === 1),
        ADDRESSES.slice(n % 3),
      );
    }
  });

  it('holds those whose tags stand so to the wanted ones', async () => {
    const sets = Array.from({ length: 2 ** TAGS.length }, (_, n) => TAGS.filter((_tag, i) => ((n >> i) & 1) === 1));
    const keep: Record<TagMatch, (of: readonly string[], wanted: readonly string[]) => boolean> = {
      all: (of, wanted) => wanted.every((tag) => of.includes(tag)),
      any: (of, wanted) => wanted.some((tag) => of.includes(tag)),
      'not-all': (of, wanted) => !wanted.every((tag) => of.includes(tag)),
      'not-any': (of, wanted) => !wanted.some((tag) => of.includes(tag)),
    };
    const have = fc.constantFrom<TagMatch>('all', 'any', 'not-all', 'not-any');
    const wantedTags = fc.array(fc.constantFrom(...TAGS, 'none', '', '%'), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(have, wantedTags, async (match, tags) => {
        const expected = sets.filter((of) => keep[match](of, tags)).map((of) => of.join('|'));
        expect(await names({ tags, have: match })).toEqual(expected.toSorted());
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [[{ version: 4, matches: '^10\\.' }], 22],
    [[{ version: 4, matches: '^10\\.0\\.0\\.1$' }], 11],
    [[{ version: 6, matches: '' }], 0],
    [[{ version: 4, matches: '203' }], 0],
    [
      [
        { version: 6, matches: 'x' },
        { version: 4, matches: '192' },
      ],
      32,
    ],
  ] as const)('holds those with an address like %j', async (addresses, count) => {
    expect(await names({ addresses })).toHaveLength(count);
  });
});

describe('a marker', () => {
  it('is found in its project, or in any', async () => {
    const [server] = servers;
    if (server === undefined) throw new Error('there is no server');
    expect((await findMarker(store.read, server.id, null))?.id).toBe(server.id);
    expect((await findMarker(store.read, server.id, server.projectId))?.id).toBe(server.id);
    expect(await findMarker(store.read, server.id, 'another' as never)).toBeNull();
    expect(await findMarker(store.read, 'nothing', null)).toBeNull();
  });
});
