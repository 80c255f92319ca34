// The line that tells how a dump stands: never behind what was told of it above the line.

import { expect, test } from 'vitest';
import { standsOf } from './watch-dump.ts';

const seen = (...kinds: string[]) => kinds.map((kind) => ({ kind }));

test('before its host has told anything it is not sent', () => {
  expect(standsOf({ phase: 'requested', bytes: 0, evidence: [] })).toBe('requested, not sent yet');
  expect(standsOf({ phase: 'requested', bytes: 0, evidence: seen('state') })).toBe('requested, not sent yet');
});

test('once its host is about to ask, whether it is sent is not known', () => {
  const evidence = seen('state', 'nmi-asked');
  expect(standsOf({ phase: 'requested', bytes: 0, evidence })).toBe('with its host, not known to be sent yet');
  expect(standsOf({ phase: 'sent', bytes: 0, evidence })).toBe('sent, waiting for the guest to react');
  expect(standsOf({ phase: 'unconfirmed', bytes: 0, evidence })).toBe('perhaps sent, waiting for the guest to react');
});

test('while a dump is written, how much of it there is', () => {
  expect(standsOf({ phase: 'capturing', bytes: 22_020_096, evidence: [] })).toBe('capturing, 21.0 MiB so far');
});

test('while the hypervisor writes the memory, how far it is', () => {
  const memory = { state: 'queued', bytes: null, total: null, reason: null } as const;
  const stands = (more: object) =>
    standsOf({ phase: 'reacted', bytes: 0, evidence: [], memory: { ...memory, ...more } });
  expect(stands({})).toBe('the memory is to be written by the hypervisor');
  expect(stands({ state: 'running', bytes: 1_048_576, total: 4_194_304 })).toBe(
    'the memory is being written by the hypervisor, as the guest stands still, 1.0 MiB of 4.0 MiB',
  );
  expect(stands({ state: 'done' })).toBe('the guest reacted');
});
