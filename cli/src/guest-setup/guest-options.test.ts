import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filled } from './guest-files.ts';
import { crashkernelOf, DEFAULT_CRASHKERNEL, targetOf, targetWord } from './guest-options.ts';

describe('--target', () => {
  it.each(['port', 'disk', 'nfs=nas:/srv/crash', 'nfs=10.0.2.2:/', 'nfs=[fd00::1]:/export/a_b-c.d@e+f=g,h'])(
    '%s is taken',
    (text) => {
      expect(targetWord(targetOf(text))).toBe(text);
    },
  );

  it.each([
    '',
    'ports',
    'nfs',
    'nfs=',
    'nfs=nas',
    'nfs=nas:',
    'nfs=nas:srv',
    'nfs=:/srv',
    'nfs=-o:/srv',
    'nfs=nas:/a b',
    "nfs=nas:/a'b",
    'nfs=nas:/$(reboot)',
    'nfs=nas:/a;reboot',
    'nfs=nas:/a\\b',
    'nfs=nas:/a\nb',
    'nfs=nas:/a"b',
    'nfs=nas:/a#b',
    'nfs=nas:/a%b',
    'nfs=nas:/ä',
    'nfs=[nas]:/a',
    `nfs=nas:/${'a'.repeat(1001)}`,
  ])('%j is refused', (text) => {
    expect(() => targetOf(text)).toThrow(/wanted|SERVER:\/PATH/);
  });

  it('whatever is taken means only itself to a shell; anything else is refused', () => {
    const letters = fc.constantFrom(
      'a',
      '/',
      '..',
      '-',
      ' ',
      "'",
      '"',
      '$(id)',
      '`id`',
      '\\',
      '\n',
      ';',
      '*',
      '=',
      '@',
      ',',
    );
    const path = fc.array(fc.oneof({ weight: 9, arbitrary: letters }, fc.string()), { maxLength: 6 });
    const some = fc
      .tuple(fc.constantFrom('nas:/', '[::1]:/', 'a.b:/'), path)
      .map(([server, rest]) => server + rest.join(''));
    const taken: string[] = [];
    fc.assert(
      fc.property(some, (text) => {
        if (isTaken(`nfs=${text}`)) taken.push(text);
      }),
      { numRuns: 1_000 },
    );
    expect(taken.length).toBeGreaterThan(50);
    // As `apply` holds it, and as kdump-config reads what `apply` writes: one shell for all, since a shell takes long to start.
    const script = taken.map((text) => `nfs='${text}'; NFS="${text}"; printf '%s %s\\n' "$nfs" "$NFS"`).join('\n');
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
      taken.map((text) => `${text} ${text}\n`).join(''),
    );
  });
});

function isTaken(text: string): boolean {
  try {
    targetOf(text);
    return true;
  } catch {
    return false;
  }
}

describe('--crashkernel', () => {
  it.each([DEFAULT_CRASHKERNEL, '192M', '1G', '256M,high', '512M-2G:128M,2G-:192M', '1G-:80M'])(
    '%s is taken',
    (text) => {
      expect(crashkernelOf(text)).toBe(text);
    },
  );

  it.each([
    '',
    '192',
    '192m',
    '72M',
    '0M',
    'auto',
    '192M high',
    '192M,low',
    '512M-2G:64M,2G-:192M',
    '512M-2G',
    '192M root=/dev/evil',
    "192M'",
    '1G-:128M,',
  ])('%j is refused', (text) => {
    expect(() => crashkernelOf(text)).toThrow(/is wanted|less than 80M/);
  });
});

it('a word that nothing fills in is an error, not a text', () => {
  expect(() => filled('grub.cfg', {})).toThrow('@CRASHKERNEL@');
});
