// The line that tells how a dump stands: never behind what was told of it above the line.

import { expect, test } from 'vitest';
import { standsOf } from './watch-dump.ts';

const seen = (...kinds: string[]) => kinds.map((kind) => ({ kind }));

test('before its host has told anything it is not sent', () => {
  expect(standsOf({ phase: 'requested', evidence: [] })).toBe('requested, not sent yet');
  expect(standsOf({ phase: 'requested', evidence: seen('state') })).toBe('requested, not sent yet');
});

test('once its host is about to ask, whether it is sent is not known', () => {
  const evidence = seen('state', 'nmi-asked');
  expect(standsOf({ phase: 'requested', evidence })).toBe('with its host, not known to be sent yet');
  expect(standsOf({ phase: 'sent', evidence })).toBe('sent, waiting for the guest to react');
  expect(standsOf({ phase: 'unconfirmed', evidence })).toBe('perhaps sent, waiting for the guest to react');
});
