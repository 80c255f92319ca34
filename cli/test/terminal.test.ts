import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { COMMAND, startCli } from './cli.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await startCli();
  const create = ['server', 'create', '--image', 'tiny', '--flavor', 'small', '--wait'];
  const make = (name: string, behaviour: string) =>
    cli.json([...create, name, '--property', `sim_behaviour=${behaviour}`]);
  await Promise.all([make('panics', 'panics'), make('hangs', 'hangs')]);
}, 60_000);
afterAll(() => cli.stop());

const COLOUR = '\u001b[32m';

/** Runs a shell's line in which `remnant` is the command. */
async function shell(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const script = `remnant() { '${process.execPath}' '${COMMAND}' "$@"; }; ${line}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: { ...process.env, ...cli.env, ...env } });
  return stdout;
}

/** What a terminal shows of the command: what it prints on either, as one. */
function terminal(words: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const command = `'${process.execPath}' '${COMMAND}' ${words}`;
  return shell(`script -qec "${command}" /dev/null </dev/null || true`, { TERM: 'xterm', ...env });
}

test('on a terminal states have colour, and NO_COLOR takes it away; a pipe never has it', async () => {
  expect(await terminal('server list')).toContain(`${COLOUR}ACTIVE`);
  expect(await terminal('server list', { NO_COLOR: '1' })).not.toContain('\u001b[3');
  expect(await shell('remnant server list', { TERM: 'xterm' })).not.toContain('\u001b');
});

test('on a terminal there is a live line while it waits, and it is gone at the end', async () => {
  const shown = await terminal('trigger-crash hangs --wait');
  expect(shown).toContain('\r\u001b[K| 0 s  ');
  expect(shown).toMatch(/[|/\\-] \d+ s {2}sent, waiting for the guest to react/);
  const end = shown.lastIndexOf('\r\u001b[K');
  expect(shown.slice(end)).toContain('| Verdict');
});

test('elsewhere the same is told in plain lines', async () => {
  const { err } = await cli.run(['server', 'create', 'plain', '--image', 'tiny', '--flavor', 'small', '--wait']);
  expect(err).not.toContain('\u001b');
  expect(err).toMatch(/^(BUILD \w+\n)*$/);
});

test('a reader that goes away is no failure and leaves no word; a full disk is one', async () => {
  const codes = await shell(
    'remnant server list --json 2>&1 >/dev/null | cat; remnant --help | head -1; echo "${PIPESTATUS[*]}"',
  );
  expect(codes).toMatch(/^Usage: remnant.*\n0 0\n$/);
  const closed = await shell(
    'remnant server show panics 2>err.txt | true; echo "${PIPESTATUS[0]}"; cat err.txt; rm err.txt',
  );
  expect(closed).toBe('0\n');
  const full = await shell(
    'remnant server list >/dev/full 2>&1; echo "$?"; remnant server list 2>&1 >/dev/full || true',
  );
  expect(full).toMatch(/^1\nremnant: the result cannot be written: ENOSPC/);
});

test('Ctrl-C while it waits says that the dump goes on, and where to look', async () => {
  const { id } = await cli.json<{ id: string }>([
    'server',
    'create',
    'hangs-too',
    '--image=tiny',
    '--flavor=small',
    '--wait',
    '--property=sim_behaviour=hangs',
  ]);
  const waiting = spawn(process.execPath, [COMMAND, 'trigger-crash', id, '--wait'], {
    env: cli.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  let sent = false;
  waiting.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    // Once: a second one ends it in the hard way.
    if (!sent && err.includes('waiting for the guest')) sent = waiting.kill('SIGINT');
  });
  const [code] = (await once(waiting, 'close')) as [number | null];
  expect(code).toBe(130);
  expect(err).toMatch(/\nremnant: stopped waiting; the dump goes on: remnant dump show \S+ \S+\n$/);
  await expect
    .poll(async () => (await cli.json<{ verdict: string }[]>(['dump', 'list', id])).map((dump) => dump.verdict), {
      timeout: 15_000,
    })
    .toEqual(['unknown']);
});

test('the version, and completion of commands and options', async () => {
  expect((await cli.run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  const complete = (words: string, at: number) =>
    shell(
      `source <(remnant completion bash); COMP_WORDS=(${words}); COMP_CWORD=${at}; _remnant; echo "\${COMPREPLY[*]}"`,
    );
  expect(await complete('remnant server tri', 2)).toBe('trigger-crash-dump\n');
  expect(await complete('remnant trigger-crash vm1 --wait-', 3)).toBe('--wait-timeout\n');
  expect(await complete('remnant se', 1)).toBe('server service\n');
});
