// The time line of `--follow`: every moment once, in the order they happened; at the end the panic and how to fetch the files.

import { expect, test } from 'vitest';
import { drawEnd, momentsOf } from './follow-live.ts';
import type { FollowedDump } from './followed-dump.ts';

const AT = (seconds: number) => `2026-11-21T00:00:0${seconds}.000000`;
const DUMP = {
  id: 'd',
  server_id: 's',
  request_id: 'r',
  phase: 'ended',
  verdict: 'panicked_without_dump',
  reason: "the guest's kernel panicked",
  nmi: 'exactly-asked',
  reaction: 'panicked',
  waits_for: 'nothing',
  bytes: 0,
  wishes: { nmi: true, memory: 'never', after_panic: 'keep', evidence: false },
  forced: null,
  memory: null,
  requested_at: AT(0),
  sent_at: AT(2),
  reacted_at: AT(3),
  capturing_at: null,
  saved_at: null,
  rebooted_at: null,
  verdict_at: AT(3),
  ended_at: AT(3),
  evidence: [
    { kind: 'nmi-asked', detail: 'about to ask', at: AT(1), received_at: AT(1) },
    { kind: 'bytes', detail: '4096', at: AT(2), received_at: AT(2) },
    { kind: 'panicked', detail: 'Crashed \u001b[2JPanicked', at: AT(3), received_at: AT(3) },
  ],
  artefacts: [],
  panic: { kernel: '6.1.0', reason: 'Kernel panic - not syncing: \u009b31mx', lines: ['one', 'two \u001b[2J'] },
} as const satisfies FollowedDump;

test('moments stand in the order of their times, phases and what was seen together, and steer no terminal', () => {
  expect(momentsOf(DUMP).map(({ words }) => words.trim())).toEqual([
    'requested',
    'nmi-asked: about to ask',
    'the NMI was sent',
    'the guest reacted: panicked',
    'verdict: panicked_without_dump',
    'over',
    'panicked: Crashed ?[2JPanicked',
  ]);
  const keys = momentsOf(DUMP).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('more that is seen later changes no moment that was told', () => {
  const before = momentsOf({ ...DUMP, evidence: DUMP.evidence.slice(0, 1) }).map(({ key }) => key);
  expect(momentsOf(DUMP).map(({ key }) => key)).toEqual(expect.arrayContaining(before));
});

test('the end: verdict, panic, and the command for each file that is there', () => {
  const file = {
    id: 'f',
    source: 'hypervisor',
    format: 'kdump',
    bytes: 2 ** 21,
    sha256: 'x',
    file_name: 'x',
    over_quota: false,
    created_at: AT(3),
    expires_at: null,
    deleted_at: null,
    dmesg_bytes: null,
    extract_error: null,
  } as const;
  const text = drawEnd({ ...DUMP, artefacts: [file, { ...file, id: 'gone', deleted_at: AT(3) }] });
  expect(text).toContain('Verdict: panicked_without_dump');
  expect(text).toContain('Panic: Kernel panic - not syncing: ?31mx (6.1.0)\n  one\n  two ?[2J');
  expect(text).toContain('File: 2.0 MiB, kdump, from the hypervisor\n  remnant dump download s d f');
  expect(text).not.toContain('gone');
});

test('who may not see what came out of the guest sees the rest', () => {
  const { panic: _, ...rest } = DUMP;
  expect(drawEnd(rest)).toBe("Verdict: panicked_without_dump\n  the guest's kernel panicked");
});
