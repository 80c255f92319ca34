// What is read from a guest's words: the same however they are cut, once each, bounded, and nothing from a plain reboot.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConsoleSigns } from './console-signs.ts';
import { StatusSigns } from './status-signs.ts';
import { TextLines } from './text-lines.ts';

const cut = (text: string, at: readonly number[]) => {
  const places = [0, ...at.map((n) => n % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return places.slice(1).map((end, i) => text.slice(places[i], end));
};
const printed = (...texts: string[]) => {
  const signs = new ConsoleSigns();
  return texts.flatMap((text) => signs.push(text));
};
const status = (...texts: string[]) => {
  const signs = new StatusSigns();
  return texts.flatMap((text) => signs.push(text));
};

const DAZED = `[   12.1] Uhhuh. NMI received for unknown reason 31 on CPU 0.\r\n[   12.1] Dazed and confused, but trying to continue\r\n`;
const PANIC =
  '[    9.0] Kernel panic - not syncing: NMI: Not continuing\n[    9.1] ---[ end Kernel panic - not syncing: NMI: Not continuing ]---\n';
const BOOT = `[    0.0] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)\n[    0.0] Command line: console=ttyS0 quiet crashkernel=128M\nguest[3.1] CRASH-KERNEL loaded=1 reserved=134217728\nkdump-tools: loaded kdump kernel\n`;

describe('a console', () => {
  it('tells the signs in it, wherever it is cut', () => {
    const text = `${BOOT}${DAZED}${PANIC}guest[0.41] CRASH-KERNEL-UP dump=port\n${BOOT}`;
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (at) => {
        expect(printed(...cut(text, at))).toEqual([
          { kind: 'dazed', detail: 'Dazed and confused, but trying to continue' },
          { kind: 'panic-text', detail: 'Kernel panic - not syncing: NMI: Not continuing' },
          { kind: 'crash-kernel', detail: 'CRASH-KERNEL-UP dump=port' },
        ]);
      }),
    );
  });

  it('of a guest that only reboots tells nothing', () => {
    expect(printed(BOOT, BOOT)).toEqual([]);
  });

  it.each([
    [
      '[    0.0] Command line: root=/dev/vda1 password=x elfcorehdr=0x2f000000 irqpoll\n',
      'a kernel started with elfcorehdr=',
    ],
    ['[    0.0] Kernel command line: irqpoll elfcorehdr=781636K\n', 'a kernel started with elfcorehdr='],
    [
      '[    4.1] kdump[553]: saving to /sysroot/var/crash/127.0.0.1-2026-11-21/\n',
      'kdump[553]: saving to /sysroot/var/crash/127.0.0.1-2026-11-21/',
    ],
    [
      'kdump-tools[301]: running makedumpfile -c -d 31 /proc/vmcore /var/crash/1/dump.1.\n',
      'running makedumpfile -c -d 31 /proc/vmcore /var/crash/1/dump.1.',
    ],
  ])('of a crash kernel: %s', (text, detail) => {
    expect(printed(text)).toEqual([{ kind: 'crash-kernel', detail }]);
  });

  it('that talks of elfcorehdr= otherwise is no crash kernel', () => {
    expect(printed('root@vm:~# echo elfcorehdr=1\nelfcorehdr=1\n')).toEqual([]);
  });

  it('begins anew for the next NMI, and forgets a line that began before it', () => {
    const signs = new ConsoleSigns();
    expect(signs.push(`${DAZED}Dazed and conf`)).toHaveLength(1);
    expect(signs.push(DAZED)).toEqual([]);
    signs.push('Dazed and conf');
    signs.begin();
    expect(signs.push('used, but trying to continue\n')).toEqual([]);
    expect(signs.push(DAZED)).toHaveLength(1);
  });

  it('cannot smuggle control characters, nor more than 200 characters, into a sign', () => {
    const hostile = `Kernel panic - not syncing: \u001b[31mred\u001b]0;title\u0007\u202e\u0000${'x'.repeat(5_000)}\n`;
    const [sign] = printed(hostile);
    expect(sign?.detail).toMatch(/^Kernel panic - not syncing: redx+$/);
    expect(sign?.detail.length).toBe(200);
  });

  it('that never ends its line is still read, and kept small', () => {
    expect(printed(`${'.'.repeat(100_000)}Dazed and confused, but trying to continue${'.'.repeat(2_000)}`)).toEqual([
      expect.objectContaining({ kind: 'dazed' }),
    ]);
  });
});

describe('lines', () => {
  it('are printable, bounded and never empty, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3_000 }), { maxLength: 10 }), (texts) => {
        const lines = new TextLines();
        for (const line of texts.flatMap((text) => lines.push(text))) {
          expect(line.length).toBeGreaterThan(0);
          expect(line.length).toBeLessThanOrEqual(1_024);
          expect(line).not.toMatch(/\p{C}/u);
        }
      }),
    );
  });
});

describe('a status port', () => {
  it('tells that the crash kernel runs and where its dump is, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (at) => {
        expect(status(...cut('CRASH-KERNEL-UP dump=nfs:10.0.2.2:/export\nDUMP-DONE rc=0\n', at))).toEqual([
          { kind: 'crash-kernel', detail: 'CRASH-KERNEL-UP dump=nfs:10.0.2.2:/export' },
          { kind: 'saved', detail: 'nfs:10.0.2.2:/export' },
        ]);
      }),
    );
  });

  it.each([
    ['DUMP-DONE rc=0\n', 'saved', 'where it did not say'],
    ['CRASH-KERNEL-UP dump=ext4\nDUMP-DONE rc=0 dump=nfs\n', 'saved', 'nfs'],
    ['CRASH-KERNEL-UP dump=ext4\nDUMP-DONE rc=1\n', 'save-failed', 'exit code 1, ext4'],
    ['DUMP-DONE rc=127\n', 'save-failed', 'exit code 127'],
    ['CRASH-KERNEL-UP dump=none\nDUMP-DONE rc=0\n', 'save-failed', 'it was set up to save none'],
    ['DUMP-DONE rc=0 seconds=3 v=1\n', 'saved', 'where it did not say'],
  ])('says how it ended: %j', (text, kind, detail) => {
    expect(status(text).at(-1)).toEqual({ kind, detail });
  });

  it.each([
    'DUMP-DONE\n',
    'DUMP-DONE rc=\n',
    'DUMP-DONE rc=-1\n',
    'DUMP-DONE rc=0x0\n',
    'DUMP-DONE rc=0 v=2\n',
    'DUMP-DONE rc=0 <script>\n',
    'xDUMP-DONE rc=0\n',
    'DUMP-DONE  rc=0\n',
    'PROGRESS done=50\n',
    `DUMP-DONE rc=0 dump=${'x'.repeat(65)}\n`,
    'DUMP-DONE rc=0',
  ])('passes over %j', (text) => {
    expect(status(text)).toEqual([]);
  });

  it('says each thing once, and is heard no more after 64 KiB', () => {
    expect(status('DUMP-DONE rc=0\n'.repeat(100))).toHaveLength(1);
    expect(status('x\n'.repeat(32 * 1024), 'DUMP-DONE rc=0\n')).toEqual([]);
  });
});
