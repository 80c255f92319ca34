// `remnant server trigger-crash-dump` with wishes: Remnant's own API is asked, and one time line is told.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await startCli();
  const make = (name: string, behaviour: string) =>
    cli.json([
      'server',
      'create',
      name,
      '--image',
      'tiny',
      '--flavor',
      'small',
      '--wait',
      '--property',
      `sim_behaviour=${behaviour}`,
    ]);
  await Promise.all([make('p', 'panics'), make('i', 'ignores')]);
}, 60_000);
afterAll(() => cli.stop());

const trigger = (...words: readonly string[]) => cli.run(['server', 'trigger-crash-dump', ...words]);

test('--follow tells the time line, then the panic', { timeout: 60_000 }, async () => {
  const { code, out, err } = await trigger('p', '--after-panic', 'reboot', '--evidence', '--follow');
  expect(err).toMatch(/\+0\.000 s {2}requested\n/);
  expect(err).toMatch(/\n *\+\d+\.\d{3} s {2}verdict: panicked_without_dump\n/);
  expect(err).toMatch(/vitals: the guest was looked at/);
  expect(out).toContain('Panic: Kernel panic - not syncing: NMI: Not continuing (6.1.0-sim)');
  expect(out).toContain('remnant dump download');
  expect(code).toBe(0);
});

test('the same key gives the same dump, and another verdict another exit code', { timeout: 60_000 }, async () => {
  const ask = () => trigger('i', '--idempotency-key', 'pager', '--wait', '--json');
  const [first, second] = [await ask(), await ask()];
  expect([first.code, second.code]).toEqual([4, 4]);
  const idOf = (text: string) => (JSON.parse(text) as { request_id: string }).request_id;
  expect(idOf(second.out)).toBe(idOf(first.out));
});

test('wishes that contradict each other ask nothing', async () => {
  expect((await trigger('i', '--no-nmi', '--memory', 'never')).code).toBe(2);
  expect((await trigger('i', '--memory', 'sometimes')).code).toBe(2);
});
