// Runs makedumpfile over one dump in a sandbox of namespaces (sandbox-script.ts), and watches it from outside: it is killed
// when its time is over, when it says too much, when we stop, and by the kernel when we die.
// Invariant: without the sandbox, nothing is run.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../ports/clock.ts';
import { MARKS, SANDBOX_SCRIPT, SANDBOX_UID } from './sandbox-script.ts';
import { MOST_KEPT, MOST_TAKEN, type Taken } from './take-dmesg.ts';

/** One run. */
export interface SandboxRun {
  /** An empty folder of our own: the sandbox is built over it, in a mount namespace that ends with it. */
  readonly mountOn: string;
  /** The program, an absolute path. It may read its own folder and what is in /usr. */
  readonly program: string;
  readonly how: 'rearrange' | 'copy';
  readonly open: () => Promise<Readable>;
  /** A file of our own that holds the plaintext while it runs; null to hold it in memory. */
  readonly file: string | null;
  /** Bytes that the rearranged dump may take. */
  readonly mostDump: number;
  /** Bytes of memory for the process. */
  readonly memory: number;
  /** On the processor. */
  readonly cpuMs: number;
  /** By the clock. */
  readonly timeMs: number;
  readonly stop: AbortSignal;
}

/** What is kept of its complaints, characters. */
const WORDS = 2_048;
/** The text, and the marks before it. */
const MOST_SAID = MOST_KEPT + 64;
/** What of the outer tools keeps the rest together: it dies with us, and everything within dies with it. */
const OUTER = ['--pdeathsig', 'KILL', 'unshare'];
const SPACES = ['--mount', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=KILL'];

/** Runs it. Never rejects. */
export async function runSandboxed(clock: Clock, run: SandboxRun): Promise<Taken> {
  const ours = process.getuid?.() !== 0;
  const user = ours ? '' : String(SANDBOX_UID);
  const spaces = ours ? ['--user', '--map-root-user', ...SPACES] : SPACES;
  const cpuSeconds = Math.ceil(run.cpuMs / 1_000);
  const bounds = [run.mostDump, MOST_TAKEN, MOST_KEPT, run.memory, cpuSeconds].map(String);
  const inner = [
    'sh',
    '-c',
    SANDBOX_SCRIPT,
    'sandbox',
    run.mountOn,
    run.program,
    run.how,
    run.file ?? '',
    ...bounds,
    user,
  ];
  const child = spawn('setpriv', [...OUTER, ...spaces, ...inner], {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, to be killed whole: what unshare has just forked does not die with it yet.
    detached: true,
  });
  let late = false;
  const kill = () => killGroup(child);
  const cancel = clock.after(run.timeMs, () => {
    late = true;
    kill();
  });
  run.stop.addEventListener('abort', kill, { once: true });
  if (run.stop.aborted) kill();
  try {
    const [said, words, end, fed] = await Promise.all([
      endOf(child.stdout, kill),
      lastWords(child.stderr),
      ending(child),
      feed(child, run.open),
    ]);
    if (run.stop.aborted) return { ok: false, fault: 'stopped', reason: 'the agent stopped' };
    if (fed !== null) return { ok: false, fault: 'dump', reason: fed };
    // It hardly ran, or it waits for something: a host that is less busy may come to an end.
    if (late) return { ...dumpFault(`it took longer than ${Math.round(run.timeMs / 1_000)} s`), fault: 'host' };
    // As the shell tells of SIGKILL, which the kernel sends for nothing else.
    const why = end === ENDED(137) ? `it took more than ${cpuSeconds} s on the processor, or too much memory` : end;
    return judge(said, why === end ? words : '', why);
  } finally {
    cancel();
    run.stop.removeEventListener('abort', kill);
  }
}

/** Kills it and all that came of it; what is gone already is killed. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const ENDED = (how: number | string | null) => `it ended with ${how}`;

const dumpFault = (reason: string): Extract<Taken, { readonly ok: false }> => ({
  ok: false,
  fault: 'dump',
  reason: `no dmesg could be taken out of the dump: ${reason}`,
});

function judge(said: Buffer | null, words: string, end: string | null): Taken {
  if (said === null) return dumpFault('more came out of it than there may be');
  const rest = afterMark(said, MARKS.ready);
  if (rest === null) {
    const reason = `the sandbox for makedumpfile could not be made: ${words || end || 'it ended without a word'}`;
    return { ok: false, fault: 'host', reason };
  }
  const taken = afterMark(rest, MARKS.taken);
  if (taken === null) return dumpFault(words || end || 'makedumpfile ended without a word');
  const line = taken.indexOf('\n');
  const size = line < 0 ? Number.NaN : Number(taken.subarray(0, line).toString('latin1'));
  const text = taken.subarray(line + 1);
  if (end !== null || !Number.isSafeInteger(size) || text.length !== Math.min(size, MOST_KEPT))
    return dumpFault(words || end || 'makedumpfile ended too early');
  return { ok: true, bytes: size, text };
}

function afterMark(said: Buffer, mark: string): Buffer | null {
  const line = `${mark}\n`;
  return said.subarray(0, line.length).toString('latin1') === line ? said.subarray(line.length) : null;
}

/** Feeds the plaintext; gives why it could not be read, or null. That nobody reads it any more is no fault of it. */
async function feed(child: ChildProcess, open: () => Promise<Readable>): Promise<string | null> {
  const { stdin } = child;
  if (stdin === null) return null;
  // Set before anything is awaited: a child that is dead already must not bring us down.
  stdin.on('error', () => {});
  let plain: Readable;
  try {
    plain = await open();
  } catch {
    stdin.destroy();
    return 'the artefact cannot be read';
  }
  let broken: unknown = null;
  plain.once('error', (error: Error) => {
    if ((error as NodeJS.ErrnoException).name === 'ArtefactFault') broken = error;
  });
  try {
    await pipeline(plain, stdin);
  } catch {
    // How the child ended tells more.
  } finally {
    // Not done by a pipeline whose end was gone before it began.
    plain.destroy();
  }
  return broken === null ? null : 'the artefact is damaged';
}

/** How it ended: null for well. */
async function ending(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'ENOENT' ? 'setpriv is missing: install util-linux' : `setpriv: ${error.code ?? 'failed'}`,
      );
    });
    child.once('close', (code, signal) => resolve(code === 0 ? null : ENDED(signal ?? code)));
  });
}

/** All of it; null, after `over`, when that is more than there may be. */
async function endOf(stream: Readable | null, over: () => void): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  await eachPiece(stream, (piece) => {
    length += piece.length;
    if (length <= MOST_SAID) pieces.push(piece);
    else over();
  });
  return length <= MOST_SAID ? Buffer.concat(pieces) : null;
}

/** The last line that says what went wrong, cut short. */
async function lastWords(stream: Readable | null): Promise<string> {
  let kept = '';
  await eachPiece(stream, (piece) => {
    kept = (kept + piece.toString('latin1')).slice(-WORDS);
  });
  return wordsOf(kept);
}

/** Each piece of a stream until it ends, or breaks: how the process ended tells more of that. */
async function eachPiece(stream: Readable | null, take: (piece: Buffer) => void): Promise<void> {
  try {
    for await (const piece of stream ?? []) take(piece as Buffer);
  } catch {
    // Broken off.
  }
}

/** What stands behind the reason: makedumpfile's last line, and the hint of mount(8). */
const NO_REASON = /^makedumpfile (?:Failed|Completed)\.$|^dmesg\(1\) may have more/;

/** Of makedumpfile's last words those that say why: it ends with `makedumpfile Failed.` */
export function wordsOf(said: string): string {
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[^\x20-\x7e]/g, '').trim())
    .filter((line) => line !== '' && !NO_REASON.test(line));
  return (lines.at(-1) ?? '').slice(0, 300);
}
