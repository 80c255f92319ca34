// The life of a server by the command, on a daemon with simulated hosts: what it leads to, what it says of it, and its exit codes.

import { connect } from '@remnant/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

let cli: Cli;
let id = '';
const CREATE = ['server', 'create', '--image', 'tiny', '--flavor', 'small', '--wait'];

beforeAll(async () => {
  cli = await startCli();
  await connect(cli.cloud('admin')).flavors.create({ flavor: { name: 'large', vcpus: 2, ram: 128, disk: 0 } });
  id = (await cli.json<{ id: string }>([...CREATE, 'life'])).id;
}, 60_000);
afterAll(() => cli.stop());

const statusOf = async (server: string) => (await cli.json<{ status: string }>(['server', 'show', server])).status;

test.each([
  ['stop', 'SHUTOFF'],
  ['start', 'ACTIVE'],
  ['pause', 'PAUSED'],
  ['unpause', 'ACTIVE'],
  ['suspend', 'SUSPENDED'],
  ['resume', 'ACTIVE'],
  ['reboot', 'ACTIVE'],
  ['reboot --hard', 'ACTIVE'],
  ['rescue', 'RESCUE'],
  ['unrescue', 'ACTIVE'],
  ['rescue --image tiny', 'RESCUE'],
  ['unrescue', 'ACTIVE'],
  ['resize --flavor large', 'VERIFY_RESIZE'],
  ['revert-resize', 'ACTIVE'],
  ['resize --flavor large', 'VERIFY_RESIZE'],
  ['confirm-resize', 'ACTIVE'],
  ['rebuild', 'ACTIVE'],
  ['rebuild --image tiny', 'ACTIVE'],
])('%s, waited for: %s', async (words, status) => {
  const { code, out } = await cli.run(['server', ...words.split(' '), 'life', '--wait']);
  expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^${status}: request req-[0-9a-f-]+\n$`))]);
  expect(await statusOf('life')).toBe(status);
});

test('a stopped server is off again when its resize is confirmed, and when it is rebuilt', async () => {
  await cli.run(['server', 'stop', 'life', '--wait']);
  for (const words of [['resize', '--flavor', 'small'], ['confirm-resize'], ['rebuild']]) {
    const { code } = await cli.run(['server', ...words, 'life', '--wait']);
    expect([words[0], code]).toEqual([words[0], 0]);
  }
  expect(await statusOf('life')).toBe('SHUTOFF');
  await cli.run(['server', 'start', 'life', '--wait']);
});

test('several at once, as JSON', async () => {
  const other = (await cli.json<{ id: string }>([...CREATE, 'other'])).id;
  const done = await cli.json<object[]>(['server', 'suspend', 'life', 'other', '--wait']);
  expect(done).toEqual([
    { server: id, request_id: expect.stringContaining('req-') },
    { server: other, request_id: expect.stringContaining('req-') },
  ]);
  const refused = await cli.run(['server', 'suspend', 'life', 'other']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`other: Cannot 'suspend' instance ${other} while it is in vm_state suspended`);
  expect((await cli.run(['server', 'resume', 'life', 'other', '--wait'])).code).toBe(0);
});

test('what its host fails to do ends in exit code 1 with the reason, also where the server is what it should be', async () => {
  await cli.json([...CREATE, 'brittle', '--property', 'sim_fails=reboot,suspend']);
  const rebooted = await cli.run(['server', 'reboot', 'brittle', '--wait']);
  expect(rebooted).toMatchObject({ code: 1, out: '' });
  expect(rebooted.err).toMatch(/remnant: the action failed: .+ \(request req-[0-9a-f-]+\)\n$/);
  expect(await statusOf('brittle')).toBe('ACTIVE');
  const suspended = await cli.run(['server', 'suspend', 'brittle', '--wait']);
  expect(suspended).toMatchObject({ code: 1, out: '' });
  expect(suspended.err).toMatch(/remnant: the server is ERROR, not SUSPENDED: .+ \(request req-[0-9a-f-]+\)\n$/);
});

test('a wrong name of an image or flavor asks nothing of a server', async () => {
  const resized = await cli.run(['server', 'resize', '--flavor', 'huge', 'life']);
  expect(resized).toMatchObject({ code: 1, err: expect.stringContaining('there is no flavor "huge"') });
  const rescued = await cli.run(['server', 'rescue', '--image', 'nothing', 'life']);
  expect(rescued).toMatchObject({ code: 1, err: expect.stringContaining('there is no image "nothing"') });
  expect((await cli.run(['server', 'resize', 'life'])).code).toBe(2);
  expect(await statusOf('life')).toBe('ACTIVE');
});
