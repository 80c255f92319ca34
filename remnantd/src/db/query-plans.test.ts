// What must cost the same however much there is: the plans SQLite makes of it begin at an index and sort nothing.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { serverRow } from '../../test/harness/server-rows.ts';
import type { ProjectId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Server } from '../model/server.ts';
import type { ServerPage } from '../model/server-query.ts';
import { dumpOfCommand } from './dumps.ts';
import { lastRows } from './host-transitions.ts';
import { rowsOfPage } from './server-pages.ts';
import { usageByHost, usageOfProject } from './server-usage.ts';
import { insertServer } from './servers.ts';
import type { Db, Store } from './store.ts';
import { openStore } from './store.ts';

let store: Store;
let server: Server;

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  server = await store.transaction((tx) => insertServer(tx, serverRow()));
  return async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  };
});

const newest: ServerPage = {
  projectId: null,
  rows: 'live',
  filters: [],
  sort: [{ column: 'created_at', dir: 'desc' }],
  limit: 1_000,
  after: null,
};

/** The plan of a page, a line a step. */
async function plan(more: Partial<ServerPage>): Promise<string[]> {
  const page = await rowsOfPage(store.read, { ...newest, ...more });
  const steps = await page.select('id').explain<{ detail: string }>(undefined, sql`query plan`);
  return steps.map((step) => step.detail);
}

/** The plans of all statements that `run` makes, a line a step. */
async function plansOf(run: (watched: Db) => Promise<unknown>): Promise<string[][]> {
  const seen: string[] = [];
  const watched = store.read.withPlugin({
    transformQuery: ({ node }) => {
      seen.push(store.read.getExecutor().compileQuery(node, { queryId: 'plan' }).sql);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await run(watched);
  const plans = seen.map(async (text) => {
    const bound = sql.raw(text.replaceAll('?', "'x'"));
    const steps = await sql<{ detail: string }>`explain query plan ${bound}`.execute(store.read);
    return steps.rows.map(({ detail }) => detail);
  });
  return Promise.all(plans);
}

it('a first page is read off the index of those that live', async () => {
  expect(await plan({})).toEqual(['SCAN servers USING INDEX servers_living_by_age']);
});

it("a project's pages begin at its own", async () => {
  expect(await plan({ projectId: asId<ProjectId>('a1') })).toEqual([
    'SEARCH servers USING INDEX servers_by_project (project_id=?)',
  ]);
  expect(await plan({ projectId: asId<ProjectId>('a1'), after: server })).toEqual([
    'SEARCH servers USING INDEX servers_by_project (project_id=? AND created_at<?)',
  ]);
});

it.each(['asc', 'desc'] as const)('a page behind a marker begins there, %s', async (dir) => {
  const sort: ServerPage['sort'] = [{ column: 'created_at', dir }];
  const [step, ...more] = await plan({ after: server, sort });
  expect(step).toMatch(/^SEARCH servers USING INDEX servers_living_by_age \(created_at[<>]\?\)$/);
  // The oldest first is not the index backwards: those of one millisecond are sorted among themselves.
  expect(more).toEqual(dir === 'desc' ? [] : ['USE TEMP B-TREE FOR LAST TERM OF ORDER BY']);
});

it('a page of all there ever were is read off their index', async () => {
  expect(await plan({ rows: 'all' })).toEqual(['SCAN servers USING COVERING INDEX servers_by_age']);
});

it.each(['asc', 'desc'] as const)('a page sorted by name is read off an index, filtered or not, %s', async (dir) => {
  const sort: ServerPage['sort'] = [
    { column: 'name', dir },
    { column: 'id', dir },
  ];
  const filters: ServerPage['filters'] = [{ column: 'vm_state', in: ['active'] }];
  const all = 'SCAN servers USING INDEX servers_living_by_name';
  const own = 'SEARCH servers USING INDEX servers_by_project_and_name (project_id=?)';
  for (const [more, first] of [
    [{ sort }, all],
    [{ sort, filters }, all],
    [{ sort, filters, projectId: asId<ProjectId>('a1') }, own],
  ] as const) {
    const steps = await plan(more);
    expect(steps[0]).toBe(first);
    expect(steps.join()).not.toContain('ORDER BY');
  }
});

it('running dumps are found among all there ever were', async () => {
  const steps = await store.read
    .selectFrom('dumps')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('seq')
    .explain<{ detail: string }>(undefined, sql`query plan`);
  expect(steps.map((step) => step.detail)).toEqual(['SCAN dumps USING INDEX dumps_running']);
});

it('a statement has one plan, whatever it is asked with: kept, it is not planned anew at each run', async () => {
  const open = store.read.selectFrom('commands').select('id').where('state', '!=', 'done');
  const steps = await open.explain<{ detail: string }>(undefined, sql`query plan`);
  // Planned by the value, it would be the index of open commands.
  expect(steps.map((step) => step.detail)).toEqual(['SCAN commands']);
});

it('the dump of a command is found by an index of each of its two commands', async () => {
  const [steps = []] = await plansOf((watched) => dumpOfCommand(watched, asId('c')));
  expect(steps.filter((step) => /^S(?:CAN|EARCH)/.test(step))).toEqual([
    expect.stringMatching(/^SEARCH dumps USING INDEX \w+ \(command_id=\?\)$/),
    'SEARCH dumps USING INDEX dumps_by_memory_command (memory_command=?)',
  ]);
});

it('the last transition of a host is found by its name, however many it has', async () => {
  const steps = await lastRows(store.read, [asId('a'), asId('b')]).explain<{ detail: string }>(
    undefined,
    sql`query plan`,
  );
  expect(steps.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^SEARCH last USING INDEX .* \(host=\?\)$/),
    expect.stringMatching(/^SEARCH t USING .*\((?:rowid|seq)=\?\)$/),
  ]);
});

it('what moves left on hosts is found without a look at any other migration', async () => {
  const steps = await store.read
    .selectFrom('migrations')
    .selectAll()
    .where('leftover_on', 'is not', null)
    .orderBy('leftover_on')
    .orderBy('seq')
    .explain<{ detail: string }>(undefined, sql`query plan`);
  expect(steps.map((step) => step.detail)).toEqual([
    expect.stringMatching(/^S(?:CAN|EARCH) migrations USING INDEX migrations_with_leftovers/),
  ]);
});

it('what servers take is added up over the indexes of their sizes', async () => {
  const plans = await plansOf(async (watched) => {
    await usageByHost(watched);
    await usageOfProject(watched, 'a1', 'ann');
  });
  expect(plans.map((steps) => steps.map((detail) => /INDEX (\w+)/.exec(detail)?.[1]))).toEqual([
    ['servers_sizes_by_host'],
    ['servers_not_measured'],
    ['servers_sizes_by_project'],
    ['servers_sizes_by_project'],
  ]);
});
