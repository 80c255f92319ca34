// The FIFO that libvirt writes memory to: for its owner only, ended by the one who writes or by us, and never a trap for one
// who comes to write when nobody reads any more.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { memoryPipes } from './memory-pipe.ts';

const run = promisify(execFile);

it('is for its owner only, gives what was written, and is gone afterwards', async () => {
  const folder = join(tempDir(), 'memory');
  const pipe = await memoryPipes(folder).open('p');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(pipe.path).mode & 0o777).toBe(0o600);
  const read = buffer(pipe.bytes);
  const writer = openSync(pipe.path, 'w');
  writeSync(writer, 'memory');
  closeSync(writer);
  // The writer going is no end: only its answer says that it wrote all.
  await waitFor('it to be read', () => pipe.bytes.readableLength === 0 && !pipe.bytes.readableEnded);
  pipe.finish();
  pipe.over(true);
  expect((await read).toString()).toBe('memory');
  await waitFor('it to be removed', () => !existsSync(pipe.path));
});

it('is destroyed with the fault, also before anybody reads it', async () => {
  const pipe = await memoryPipes(join(tempDir(), 'memory')).open('p');
  pipe.fail(new Error('libvirt said no'));
  await expect(buffer(pipe.bytes)).rejects.toThrow(/libvirt said no|Premature close/);
  pipe.over(true);
  await waitFor('it to be removed', () => !existsSync(pipe.path));
});

it('that was given up lets in who comes to write, until it is known that nobody will', async () => {
  const pipe = await memoryPipes(join(tempDir(), 'memory')).open('p');
  pipe.fail(new Error('nobody wants it any more'));
  await waitFor('it to be closed', () => pipe.bytes.closed);
  for (let times = 0; times < 2; times += 1) expect(await startWriter(pipe.path).done).toBe('let go');
  pipe.over(false);
  expect(await startWriter(pipe.path).done).toBe('let go');
  pipe.over(true);
  await waitFor('it to be removed', () => !existsSync(pipe.path));
});

it('lets go of a writer that an earlier life left waiting, and of what is no FIFO', async () => {
  const folder = join(tempDir(), 'memory');
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, 'left');
  writeFileSync(join(folder, 'file'), 'x');
  const pipes = memoryPipes(folder);
  await waitFor('a writer that waited to be let go', async () => {
    await run('mkfifo', ['-m', '600', path]);
    const writer = startWriter(path);
    await writer.opens;
    await pipes.sweep();
    return (await writer.done) === 'let go';
  });
  await pipes.sweep();
  expect(readdirSync(folder)).toEqual([]);
  await memoryPipes(join(tempDir(), 'none')).sweep();
});

it('lets in one who found it before it was removed, and comes to open it only then', async () => {
  const folder = join(tempDir(), 'memory');
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, 'left');
  await run('mkfifo', ['-m', '600', path]);
  const found = openSync(path, O_PATH);
  const swept = memoryPipes(folder).sweep();
  await waitFor('it to be removed', () => !existsSync(path));
  // Whoever opens what was found this way waits for a reader, as one whose open was under way does.
  const writer = await open(`/proc/self/fd/${found}`, constants.O_WRONLY);
  await writer.close();
  await swept;
  closeSync(found);
});

/** What finds a file and does not open it: Node has no name for it. */
const O_PATH = 0o10000000;

/** Opens the FIFO as libvirtd does: waits for a reader. Where the FIFO is gone before it opens, it makes no file. */
function startWriter(path: string) {
  const script =
    "process.stdout.write('.'); require('node:fs').openSync(process.argv[1], require('node:fs').constants.O_WRONLY)";
  const child = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 });
  const done = once(child, 'exit').then(([code, signal]) => {
    if (signal !== null) throw new Error(`the writer was not let go: ${signal}`);
    return code === 0 ? 'let go' : 'came too late';
  });
  return { opens: once(child.stdout, 'data'), done };
}
