// The main job, as a person would do it: a real guest stalls, gets one NMI through Remnant's Compute API, and panics. Ends
// with 0 only if this very guest panicked because of this very NMI; leaves nothing running, whatever happens.
//
// usage: make demo

import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const state = join(root, 'var/demo');
const run = promisify(execFile);
const NAME = 'checkout-7';
const PANIC = 'Kernel panic - not syncing: NMI';
const STALLED = 'every CPU now spins with interrupts off';

const env = {
  // Whoever runs it may be signed in to a cloud of their own.
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OS_'))),
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  OS_CLIENT_CONFIG_FILE: join(state, 'clouds.yaml'),
  // The guest of this cloud's image runs for three seconds and then stalls by itself.
  PLAIN_OPTIONS: 'kd.stall=hard kd.after=3',
};

interface Evidence {
  readonly kind: string;
  readonly detail: string;
  readonly at: string;
}
interface Dump {
  readonly id: string;
  readonly verdict: string | null;
  readonly evidence: readonly Evidence[];
}

function say(text: string): void {
  process.stdout.write(`\n\u001b[1m${text}\u001b[0m\n`);
}

async function cloud(...words: string[]): Promise<void> {
  await run('bash', [join(root, 'lab/cloud.sh'), ...words], { env });
}

/** Runs the `remnant` command and gives back what it printed. */
async function remnant(user: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'cli/bin/remnant.mjs'), '--os-cloud', user, ...words], {
    env,
  });
  return stdout;
}

/** Shows a command as a reader would type it. */
function prompt(user: string, words: readonly string[]): void {
  process.stdout.write(`$ OS_CLOUD=${user} remnant ${words.join(' ')}\n`);
}

/** Shows the command, then runs it before the reader's eyes. */
async function show(user: string, ...words: string[]): Promise<void> {
  prompt(user, words);
  const child = spawn(process.execPath, [join(root, 'cli/bin/remnant.mjs'), '--os-cloud', user, ...words], {
    env,
    stdio: 'inherit',
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
  });
  // 4: the command did its job, and the verdict is not a captured dump. What it must be is checked below.
  if (code !== 0 && code !== 4) throw new Error(`remnant ${words.join(' ')} ended with ${code}`);
}

const json = async <T>(user: string, ...words: string[]): Promise<T> =>
  JSON.parse(await remnant(user, ...words, '--json')) as T;
const console = () => remnant('demo', 'console', NAME);

async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > giveUp) throw new Error(`${what} did not happen within ${seconds} s`);
    await pause(200);
  }
}

/** What must hold for the demo to have shown what it says; the first thing that does not is thrown. */
function requireProof(dump: Dump | undefined, consoleBefore: string, consoleAfter: string): void {
  if (consoleBefore.includes(PANIC)) throw new Error('the guest had panicked before it was sent an NMI');
  if (dump === undefined) throw new Error('there is no dump');
  const asked = dump.evidence.findIndex((entry) => entry.kind === 'nmi-asked');
  const panicked = dump.evidence.findIndex((entry) => entry.kind === 'panicked');
  if (asked < 0 || panicked < asked) throw new Error('the guest was not seen to panic after the NMI was asked for');
  if (dump.verdict !== 'panicked_without_dump') throw new Error(`the verdict is ${dump.verdict ?? 'missing'}`);
  if (!consoleAfter.includes(PANIC)) throw new Error("the guest's console holds no panic text");
}

async function demo(): Promise<void> {
  say('A cloud of its own: Remnant on SQLite, a libvirtd, QEMU. No systemd, nothing of the machine is touched.');
  rmSync(state, { recursive: true, force: true });
  await cloud('up', state, '0');

  say('A server, and what is known of its host:');
  const create = ['server', 'create', '--image', 'plain', '--flavor', 'small', '--wait', NAME];
  prompt('demo', create);
  await remnant('demo', ...create);
  await show('admin', 'server', 'list', '--all-projects');

  say('It stalls: every CPU spins, interrupts off. Its console as its owner sees it:');
  await until('the stall', 60, async () => (await console()).includes(STALLED));
  const before = await console();
  const lines = before.split('\n').filter((line) => /beat|STALL|hardstall/.test(line));
  // The shell's prompt stands before the first of them.
  process.stdout.write(`${lines.map((line) => line.replace(/^.*?(?=guest\[|\[ )/, '')).join('\n')}\n`);

  say('One call. Nothing but a non-maskable interrupt gets through to it now.');
  await show('demo', 'server', 'trigger-crash-dump', '--wait', NAME);

  say("The guest's own last words, from its console:");
  await until('the panic text', 30, async () => (await console()).includes(PANIC));
  const after = await console();
  process.stdout.write(`${after.slice(before.length).trimStart().split('\n').slice(0, 24).join('\n')}\n`);

  say('And as any OpenStack client sees it:');
  await show('demo', 'server', 'event', 'list', NAME);

  const [newest] = await json<Dump[]>('demo', 'dump', 'list', NAME);
  const dump = newest === undefined ? undefined : await json<Dump>('demo', 'dump', 'show', NAME, newest.id);
  requireProof(dump, before, after);
  await remnant('demo', 'server', 'delete', NAME);
}

let ending: Promise<void> | null = null;
function end(): Promise<void> {
  ending ??= cloud('down', state);
  return ending;
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    void end().finally(() => process.exit(130));
  });
}

const began = Date.now();
try {
  await demo();
  await end();
  say(
    `This guest panicked because of this NMI. ${Math.round((Date.now() - began) / 1000)} s, and nothing is left running.`,
  );
} catch (error) {
  const failed = error as Error & { stderr?: string };
  process.stderr.write(`\ndemo: ${failed.message}\n${failed.stderr ?? ''}`);
  try {
    process.stderr.write(
      readFileSync(join(state, 'remnantd.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"level":50'))
        .slice(-3)
        .join('\n'),
    );
  } catch {
    // It failed before there was a log.
  }
  await end();
  process.exitCode = 1;
}
