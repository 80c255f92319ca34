// /metrics: what was done is counted once, under labels of our own.

import { expect, test } from 'vitest';
import { ADMIN, act, dump, endedAction, endedDump, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({ hosts: ['host-1', 'host-2'] });

/** Every sample by its name and labels. */
async function samples(): Promise<Map<string, number>> {
  const answer = await remnant().ask({ path: '/metrics' });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = (answer.body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([a-z_]+(?:\{.*\})?) (\S+)$/i.exec(line) ?? [];
      expect(Number.isNaN(Number(value)) || name === '', line).toBe(false);
      return [name, Number(value)] as const;
    }),
  );
}

test('requests by operation and code, with how long they took', async () => {
  const before = await samples();
  await remnant().ask({ path: '/v2.1/servers', token: MEMBER });
  await remnant().ask({ path: '/v2.1/servers', token: MEMBER });
  await remnant().ask({ path: '/v2.1/servers/none', token: MEMBER });
  const after = await samples();
  const grew = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grew('remnant_http_requests_total{operation="servers.list",code="200"}')).toBe(2);
  expect(grew('remnant_http_requests_total{operation="servers.show",code="404"}')).toBe(1);
  expect(grew('remnant_http_request_seconds_count{operation="servers.list"}')).toBe(2);
  expect(grew('remnant_http_request_seconds_bucket{le="+Inf",operation="servers.list"}')).toBe(2);
});

test('nothing a client writes becomes a label', async () => {
  for (let i = 0; i < 30; i += 1) {
    await remnant().ask({ path: `/v2.1/junk-${i}`, token: MEMBER, headers: { 'user-agent': `agent-${i}` } });
    await remnant().ask({ path: `/v2.1/servers/junk-${i}`, token: MEMBER });
  }
  const all = [...(await samples()).keys()];
  expect(all.filter((name) => /junk|agent/.test(name))).toEqual([]);
  expect(all).toContain('remnant_http_requests_total{operation="none",code="404"}');
});

test('commands by outcome, dumps by verdict, what is open', async () => {
  const before = await samples();
  const [panics, refuses] = [await remnant().addServer({}, 'panics'), await remnant().addServer({}, 'refuses')];
  await endedAction(remnant(), panics.id, await dump(remnant(), panics.id));
  await endedAction(remnant(), refuses.id, await dump(remnant(), refuses.id));
  const runs = await remnant().addServer({}, 'ignores');
  await endedAction(remnant(), runs.id, await act(remnant(), runs.id, { pause: null }));
  await endedDump(remnant(), panics.id);
  await endedDump(remnant(), refuses.id);
  // What is counted is counted just after it can be read.
  const last = [
    'remnant_dumps_total{verdict="panicked_without_dump"}',
    'remnant_dumps_total{verdict="not_sent"}',
    'remnant_commands_total{kind="pause",outcome="success"}',
    // What follows a panic is a command of its own.
    'remnant_commands_total{kind="after-panic",outcome="success"}',
  ];
  const after = await waitFor('all of it to be counted', async () => {
    const now = await samples();
    return last.every((name) => now.get(name) !== before.get(name)) && now;
  });
  const grew = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grew('remnant_commands_total{kind="inject-nmi",outcome="success"}')).toBe(1);
  expect(grew('remnant_commands_total{kind="inject-nmi",outcome="error"}')).toBe(1);
  expect(grew('remnant_commands_total{kind="pause",outcome="success"}')).toBe(1);
  expect(grew('remnant_command_seconds_count{kind="inject-nmi"}')).toBe(2);
  expect(grew('remnant_dumps_total{verdict="panicked_without_dump"}')).toBe(1);
  expect(grew('remnant_dumps_total{verdict="not_sent"}')).toBe(1);
  expect([after.get('remnant_commands_open'), after.get('remnant_dumps_running')]).toEqual([0, 0]);
  const hangs = await remnant().addServer({}, 'hangs');
  await endedAction(remnant(), hangs.id, await dump(remnant(), hangs.id));
  expect((await samples()).get('remnant_dumps_running')).toBe(1);
});

test('hosts by status', async () => {
  const service =
    remnant()
      .hosts.all()
      .find(([name]) => name === 'host-2')?.[1].service?.id ?? '';
  const path = `/v2.1/os-services/${service}`;
  await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.93', body: { forced_down: true } });
  const now = await waitFor('both hosts to be counted', async () => {
    const all = await samples();
    return all.get('remnant_hosts{status="UP"}') === 1 && all;
  });
  expect(now.get('remnant_hosts{status="DOWN"}')).toBe(1);
  expect(now.get('remnant_hosts{status="UNKNOWN"}')).toBe(0);
});

test('the database, the policy, the program', async () => {
  const now = await samples();
  expect(now.get('remnant_db_statements_total')).toBeGreaterThan(10);
  expect(now.get('remnant_policy_in_force')).toBe(1);
  expect(now.get('remnant_http_requests_in_flight'), 'this one').toBe(1);
  expect([...now.keys()].find((name) => name.startsWith('remnant_build_info{version="'))).toBeDefined();
});
