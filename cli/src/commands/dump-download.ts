// `remnant dump download`: the file of a dump, checked, to a file or to stdout. What broke off goes on where it stopped, at once
// or when the command is given again.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Artefact, Download, DownloadOptions } from '@remnant/client';
import { RemnantConnectionError } from '@remnant/client';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { contextOf } from '../context.ts';
import { CommandEnd, EXIT, failure } from '../exit.ts';
import { PartialFile, whatIsAt } from '../partial-file.ts';
import { onlyArtefact, pickArtefacts } from '../pick-artefact.ts';
import { mebibytes } from '../table.ts';
import { transferProgress } from '../transfer-progress.ts';

interface DownloadFlags {
  readonly output?: string;
  readonly force?: boolean;
}

/** Begins to download, from `start` on. */
type Begin = (options: DownloadOptions) => Promise<Download>;

/** Without a byte in so many tries in a row, it is given up. */
const TRIES = 3;
const PAUSE_MS = 1_000;

/** The command. */
export function downloadDump(): Command {
  return new Command('download')
    .description('Download a file that came of a crash dump, and check it')
    .argument('<server>', 'name or id')
    .argument('[dump]', 'id; the newest without')
    .argument('[artefact]', "id; the dump's only file without")
    .option('-o, --output <file>', 'where to; - is stdout; without, here, under the name the service gives it')
    .option('--force', 'overwrite a file that is there')
    .action(
      async (
        server: string,
        dump: string | undefined,
        artefact: string | undefined,
        flags: DownloadFlags,
        command: Command,
      ) => {
        const context = contextOf(command);
        const picked = await pickArtefacts(context.client, { server, dump, artefact });
        const file = onlyArtefact(picked);
        const begin: Begin = (options) =>
          context.client.artefacts.download(picked.serverId, picked.dump.id, file.id, { check: false, ...options });
        if (flags.output === '-') return toStdout(context, file, begin);
        const path = await placeOf(file, flags);
        await interruptible(path, (signal) => toFile(context, file, path, begin, signal));
        const { id, bytes, sha256, format } = file;
        context.show({ id, file: path, bytes, sha256, format }, () => drawDone(file, path));
      },
    );
}

/** Where the file goes. Ends the command when something is there that is not to be overwritten. */
async function placeOf(file: Artefact, { output = '.', force }: DownloadFlags): Promise<string> {
  const path = (await whatIsAt(output)) === 'folder' ? join(output, file.file_name) : output;
  const there = await whatIsAt(path);
  if (there === 'folder') throw failure(`${path} is a folder`);
  if (there === 'file' && force !== true) throw failure(`${path} is there already; --force overwrites it`);
  return path;
}

async function toFile(
  context: Context,
  file: Artefact,
  path: string,
  begin: Begin,
  signal: AbortSignal,
): Promise<void> {
  const part = await PartialFile.open(path, file.bytes);
  const shown = transferProgress(context.progress, path, file.bytes, part.length);
  try {
    for (let left = TRIES; part.length < file.bytes; left -= 1) {
      const before = part.length;
      const problem = await takeRest(part, file, (options) => begin({ ...options, signal }), shown.at);
      if (problem === null) continue;
      if (part.length > before) left = TRIES;
      if (left <= 1) throw problem;
      shown.note(`${problem.message}; going on at ${mebibytes(part.length)}`);
      await pause(PAUSE_MS, undefined, { signal });
    }
  } catch (error) {
    await part.leave();
    throw error;
  } finally {
    shown.end();
  }
  if (await part.finish(file.sha256)) return;
  throw failure(`what came is not the file: its SHA-256 is another; nothing of it was kept`);
}

/** Takes what is missing; why it broke off, null when it did not. */
async function takeRest(
  part: PartialFile,
  { sha256 }: Artefact,
  begin: Begin,
  at: (bytes: number) => void,
): Promise<RemnantConnectionError | null> {
  try {
    const range = part.length === 0 ? {} : { range: { start: part.length }, ifRange: `"${sha256}"` };
    const download = await begin(range);
    if (download.start !== part.length) await part.empty();
    for await (const piece of download.bytes) {
      await part.add(piece);
      at(part.length);
    }
    return null;
  } catch (error) {
    if (error instanceof RemnantConnectionError) return error;
    throw error;
  }
}

/** Runs it; Ctrl-C ends it with what there is left to go on with. */
async function interruptible(path: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const next = `what came is in ${path}.part, and the same command goes on with it`;
    throw new CommandEnd(EXIT.interrupted, `stopped; ${next}`);
  } finally {
    process.removeListener('SIGINT', interrupted);
  }
}

async function toStdout({ progress }: Context, file: Artefact, begin: Begin): Promise<void> {
  const { bytes } = await begin({});
  const hash = createHash('sha256');
  const shown = transferProgress(progress, 'stdout', file.bytes, 0);
  let count = 0;
  try {
    for await (const piece of bytes) {
      hash.update(piece);
      count += piece.length;
      shown.at(count);
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    }
  } finally {
    shown.end();
  }
  if (hash.digest('hex') !== file.sha256) throw failure('what came is not the file: its SHA-256 is another');
}

function drawDone({ bytes, sha256, format }: Artefact, path: string): string {
  const done = `${path}: ${mebibytes(bytes)}, SHA-256 ${sha256} (checked)`;
  if (format !== 'flattened') return done;
  return `${done}\nIt is flattened, as makedumpfile writes to a pipe. To make a normal dump of it:\n  makedumpfile -R vmcore < ${quoted(path)}`;
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
