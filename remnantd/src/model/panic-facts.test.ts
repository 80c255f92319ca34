// The last words of real kernels, as recorded; of other kernels, as their sources print them; and of anything at all.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedPanic as recorded } from '../../test/harness/recorded.ts';
import { LONGEST, MOST_LINES, panicFacts } from './panic-facts.ts';

const KERNEL = '6.1.0-56-cloud-amd64';
const NMI = 'Kernel panic - not syncing: NMI: Not continuing';

describe('a recorded guest', () => {
  it.each(['dmesg-nmi-stalled.txt', 'console-nmi-stalled.txt'])('that an NMI found stalled: %s', (name) => {
    const facts = panicFacts(recorded(name));
    expect(facts).toMatchObject({ kernel: KERNEL, reason: NMI });
    const lines = facts?.lines ?? [];
    expect(lines[0]).toBe('Uhhuh. NMI received for unknown reason 31 on CPU 0.');
    expect(lines).toContain('RIP: 0010:spin+0xd/0x1000 [hardstall]');
    expect(lines).toContain(' hardstall_init+0x28/0x1000 [hardstall]');
    expect(lines.join('\n')).not.toMatch(/\[ +\d+\.\d+\]|BusyBox|GUEST-READY|clocksource/);
  });

  it('whose owner asked for a crash', () => {
    const facts = panicFacts(recorded('console-sysrq.txt'));
    expect(facts).toMatchObject({ kernel: KERNEL, reason: 'Kernel panic - not syncing: sysrq triggered crash' });
    expect(facts?.lines[0]).toBe('sysrq: Trigger a crash');
    expect(facts?.lines.at(-1)).toBe('---[ end Kernel panic - not syncing: sysrq triggered crash ]---');
  });

  it('that went on after the NMI said no last words', () => {
    expect(panicFacts(recorded('console-went-on.txt'))).toBeNull();
  });
});

const OOPS = [
  '[  817.000001] audit: something else',
  '[  817.119482] BUG: kernel NULL pointer dereference, address: 0000000000000008',
  '[  817.119501] #PF: supervisor write access in kernel mode',
  '[  817.119530] Oops: 0002 [#1] PREEMPT SMP PTI',
  '[  817.119544] CPU: 1 UID: 0 PID: 3344 Comm: kworker/u8:1 Tainted: G        W  O       6.11.2-arch1-1 #1',
  '[  817.119560] RIP: 0010:queue_work_on+0x12/0x40',
  '[  817.119601] Call Trace:',
  '[  817.119610]  <TASK>',
  '[  817.119622]  ? __die+0x23/0x70',
];

describe('a kernel', () => {
  it('that oopsed and went on: the fault is its reason', () => {
    const facts = panicFacts(
      [...OOPS, '[  817.2] ---[ end trace 0000000000000000 ]---', '[  900.1] eth0: up'].join('\n'),
    );
    expect(facts).toMatchObject({ kernel: '6.11.2-arch1-1', reason: 'Oops: 0002 [#1] PREEMPT SMP PTI' });
    expect(facts?.lines[0]).toMatch(/^BUG: kernel NULL pointer/);
    expect(facts?.lines.at(-1)).toBe('---[ end trace 0000000000000000 ]---');
  });

  it('that panicked over a fault: both are told', () => {
    const facts = panicFacts([...OOPS, '[  817.3] Kernel panic - not syncing: Fatal exception'].join('\r\n'));
    expect(facts?.reason).toBe('Kernel panic - not syncing: Fatal exception');
    expect(facts?.lines[0]).toMatch(/^BUG: kernel NULL pointer/);
  });

  it('that booted anew: its panic is not blamed on the one before', () => {
    const boot = '[    0.000000] Linux version 6.6.1 (me@here) #1 SMP';
    const facts = panicFacts([...OOPS, boot, 'Kernel panic - not syncing: VFS: Unable to mount root fs'].join('\n'));
    expect(facts).toEqual({
      kernel: '6.6.1',
      reason: 'Kernel panic - not syncing: VFS: Unable to mount root fs',
      lines: ['Kernel panic - not syncing: VFS: Unable to mount root fs'],
    });
  });

  it.each([
    ['watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [sh:1]', 'BUG: soft lockup - CPU#0 stuck for 26s! [sh:1]'],
    ['[   9.1] kernel BUG at mm/slub.c:435!', 'kernel BUG at mm/slub.c:435!'],
    ['<0>[    9.123456][ T1234] general protection fault: 0000 [#1] SMP', 'general protection fault: 0000 [#1] SMP'],
    ['[ 9.1] Unable to handle kernel paging request at ffff8', 'Unable to handle kernel paging request at ffff8'],
    ['[ 9.1] INFO: task sh:9 blocked for more than 120 seconds.', 'INFO: task sh:9 blocked for more than 120 seconds.'],
    ['[ 9.1] rcu: INFO: rcu_preempt self-detected stall on CPU', 'INFO: rcu_preempt self-detected stall on CPU'],
    ['Kernel panic - not syncing: Attempted to kill init!', 'Kernel panic - not syncing: Attempted to kill init!'],
  ])('that says %j: %j', (line, reason) => expect(panicFacts(line)?.reason).toBe(reason));

  it.each([
    '',
    '\n\n',
    'A problem has been detected and Windows has been shut down to prevent damage\n*** STOP: 0x00000080',
    'login: ',
    'Dazed and confused, but trying to continue',
  ])('that says nothing of the kind (%j)', (text) => expect(panicFacts(text)).toBeNull());

  it('that writes escape sequences into its last words hands none of them on', () => {
    const hostile =
      '\u001b]0;owned\u0007Kernel panic - not syncing: \u001b[2J\u202eevil\u0000\u009b31m\r\n\u001b[31m red';
    expect(panicFacts(hostile)).toEqual({
      kernel: null,
      reason: 'Kernel panic - not syncing: evil31m',
      lines: ['Kernel panic - not syncing: evil31m', ' red'],
    });
  });
});

describe('anything at all', () => {
  const word = fc.constantFrom(
    'Kernel panic - not syncing: x',
    '---[ end Kernel panic - not syncing: x ]---',
    'BUG: y',
    'Linux version 1',
    'CPU: 0 PID: 1 Comm: a b Not tainted 6.1 #1',
    '\u001b[31m',
    '\n',
    '\r',
    '[    1.0] ',
    ' ? f+0x1/0x2',
  );
  const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary' })), { maxLength: 400 }).map((all) => all.join(''));

  it('gives harmless lines within the bounds, of which one has the reason', () => {
    fc.assert(
      fc.property(text, (any) => {
        const facts = panicFacts(any);
        if (facts === null) return;
        const { kernel, reason, lines } = facts;
        expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
        for (const line of [kernel ?? '', reason ?? '', ...lines]) {
          expect(line.length).toBeLessThanOrEqual(LONGEST);
          expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        }
        expect(lines.some((line) => line.includes(reason ?? 'never'))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('of a mebibyte without a line break is read in no time', () => {
    for (const unit of ['\u001b]', 'BUG: ', 'CPU: 0 PID: 1 Comm: ', '[ 1.1] ', 'Tainted: A ', '\u001b[0;', '\r', ' '])
      panicFacts(unit.repeat(2 ** 20 / unit.length));
  });
});
