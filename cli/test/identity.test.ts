import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { COMMAND, startCli } from './cli.ts';

let cli: Cli;
beforeAll(async () => {
  cli = await startCli();
}, 60_000);
afterAll(() => cli.stop());

test('a new user with a new project comes in with the password that was shown, and not after the role is gone', async () => {
  const user = await cli.json<{ id: string; name: string; password: string }>(['user', 'create', 'zoe']);
  const project = await cli.json<{ id: string }>(['project', 'create', 'zoo', '--description', 'animals']);
  const given = await cli.run(['role', 'add', 'member', '--user', 'zoe', '--project', 'zoo']);
  expect(given).toEqual({ code: 0, out: 'zoe has the role member in zoo\n', err: '' });
  const env = { OS_AUTH_URL: `${cli.daemon.url}/identity`, OS_USERNAME: 'zoe', OS_PROJECT_NAME: 'zoo' };
  const list = (password: string) => cli.run(['server', 'list', '--json'], { ...env, OS_PASSWORD: password });
  expect(await list(user.password)).toEqual({ code: 0, out: '[]\n', err: '' });

  const line = `printf 'other-secret\\n' | '${process.execPath}' '${COMMAND}' user set-password zoe --password-stdin --json`;
  const { stdout } = await promisify(execFile)('bash', ['-c', line], { env: { ...cli.env } });
  expect(JSON.parse(stdout)).toMatchObject({ id: user.id, name: 'zoe' });
  expect(stdout).not.toContain('other-secret');
  expect((await list(user.password)).err).toContain('HTTP 401');
  expect((await list('other-secret')).code).toBe(0);

  expect((await cli.run(['role', 'remove', 'member', '--user', 'zoe', '--project', 'zoo'])).code).toBe(0);
  expect((await list('other-secret')).err).toContain('HTTP 401');
  expect(await cli.json(['user', 'delete', 'zoe'])).toMatchObject([{ user: user.id }]);
  expect(await cli.json(['project', 'delete', project.id])).toMatchObject([{ project: project.id }]);
});

test('lists', async () => {
  expect((await cli.run(['user', 'list'])).out).toMatch(/\| ID +\| Name +\| Enabled \|/);
  const names = async (noun: string) => (await cli.json<{ name: string }[]>([noun, 'list'])).map((one) => one.name);
  expect(await names('user')).toEqual(expect.arrayContaining(['admin', 'demo']));
  expect(await names('project')).toEqual(expect.arrayContaining(['admin', 'demo']));
  expect(await names('role')).toEqual(expect.arrayContaining(['admin', 'member', 'reader']));
});

test.each([
  [['role', 'add', 'member', '--user', 'demo'], 2, 'where? one of --project and --system'],
  [
    ['role', 'add', 'member', '--user', 'demo', '--system', '--project', 'demo'],
    2,
    'where? one of --project and --system',
  ],
  [['role', 'add', 'king', '--user', 'demo', '--system'], 1, 'there is no role "king"; there are '],
  [['user', 'delete', 'nobody', 'demo'], 1, 'there is no user "nobody"'],
  [['user', 'create', 'x', '--password-stdin'], 2, 'there is no password on stdin'],
])('%j is refused', async (words, code, text) => {
  const ran = await cli.run(words);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toContain(text);
});
