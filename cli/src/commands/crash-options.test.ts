// Which options go to Remnant's own API, and as what; those that contradict each other ask nothing.

import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import type { DumpWishes } from './crash-options.ts';
import { addDumpOptions, askedDump } from './crash-options.ts';

function parse(...given: readonly string[]): DumpWishes {
  const command = addDumpOptions(new Command('trigger').exitOverride().configureOutput({ writeErr: () => {} }));
  command.parse([...given], { from: 'user' });
  return command.opts();
}

describe('options of a crash dump', () => {
  test.each([
    [[], null],
    [['--memory', 'fallback'], { memory: 'fallback' }],
    [['--after-panic', 'reboot', '--evidence'], { after_panic: 'reboot', evidence: true }],
    [['--no-nmi'], { nmi: false }],
    [['--force', 'because'], { force: 'because' }],
    [['--idempotency-key', 'k'], {}],
  ])('%j ask for %j', (given, asked) => {
    expect(askedDump(parse(...given))).toEqual(asked);
  });

  test.each([[['--no-nmi', '--memory', 'never']], [['--no-nmi', '--evidence']]])('%j is wrong usage', (given) => {
    expect(() => askedDump(parse(...given))).toThrow(expect.objectContaining({ code: EXIT.usage }));
  });

  test.each([[['--memory', 'sometimes']], [['--after-panic', 'burn']], [['--force', '']]])('%j is refused', (given) => {
    expect(() => parse(...given)).toThrow(/invalid/);
  });
});
