// What makedumpfile complained of, and where it is found. The sandbox itself is tested with the real things.

import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { findProgram } from './find-program.ts';
import { runSandboxed, wordsOf } from './sandbox.ts';

describe('the last word', () => {
  it.each([
    ['', ''],
    ['The kernel version is not supported.\n\nmakedumpfile Failed.\n', 'The kernel version is not supported.'],
    [
      "check_release: Can't get the kernel version.\r\nmakedumpfile Failed.\r\n",
      "check_release: Can't get the kernel version.",
    ],
    ['unshare: unshare failed: Operation not permitted\n', 'unshare: unshare failed: Operation not permitted'],
    [
      'mount: /x: not found.\n       dmesg(1) may have more information after failed mount system call.\n',
      'mount: /x: not found.',
    ],
    ['\u001b[31mred\u0007\n\n', '[31mred'],
  ])('of %j is %j', (said, word) => expect(wordsOf(said)).toBe(word));

  it('is a short line of plain characters, whatever was said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (said) => {
        expect(wordsOf(said)).toMatch(/^[\x20-\x7e]{0,300}$/);
      }),
    );
  });
});

it('lets go of the dump when the program is gone before that is open', async () => {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const plain = new PassThrough();
  const gone = new AbortController();
  gone.abort();
  const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim();
  const before = children();
  const run = runSandboxed(clock, {
    mountOn: tempDir(),
    program: '/bin/true',
    how: 'copy',
    file: null,
    mostDump: 1,
    memory: 1,
    cpuMs: 1,
    timeMs: 60_000,
    stop: gone.signal,
    open: async () => {
      await waitFor('the program to be gone', () => children() === before);
      return plain;
    },
  });
  expect(await run).toMatchObject({ ok: false, fault: 'stopped' });
  expect(plain.destroyed).toBe(true);
});

describe('a program', () => {
  const folders = () => {
    const dir = tempDir();
    for (const name of ['a', 'b']) mkdirSync(join(dir, name));
    const make = (path: string, mode: number) => {
      writeFileSync(join(dir, path), '#!/bin/sh\n');
      chmodSync(join(dir, path), mode);
      return join(dir, path);
    };
    return { dir, make, path: `${join(dir, 'a')}:relative:${join(dir, 'b')}` };
  };

  it('is the first in PATH that can be run, by its real path', async () => {
    const { dir, make, path } = folders();
    make('a/tool', 0o644);
    const real = make('real-tool', 0o755);
    symlinkSync(real, join(dir, 'b/tool'));
    expect(await findProgram('tool', path)).toBe(real);
    expect(await findProgram('no-such-tool', path)).toBeNull();
  });

  it('given by its path is there or nowhere', async () => {
    const { dir, make, path } = folders();
    const found = make('a/tool', 0o755);
    expect(await findProgram(found, '')).toBe(found);
    expect(await findProgram(join(dir, 'b/tool'), path)).toBeNull();
  });

  it('of the administrator is found without a PATH that has it', async () => {
    expect(await findProgram('chroot', '/nowhere')).toMatch(/^\/(usr\/)?sbin\/chroot$/);
  });
});
