// The main job, as a person would do it: a real guest stalls, gets one NMI through Remnant, and its crash kernel hands its dump to
// the host; the dump is downloaded, and its kernel's last words are read. Ends with 0 only if this very guest's dump came of
// this very NMI, is whole and says so; leaves nothing running, whatever happens.
//
// usage: make demo

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const state = join(root, 'var/demo');
const run = promisify(execFile);
const NAME = 'checkout-7';
const PANIC = 'Kernel panic - not syncing: NMI';
const FILE = join(state, 'checkout-7.vmcore');
const STALLED = 'every CPU now spins with interrupts off';

const env = {
  // Whoever runs it may be signed in to a cloud of their own.
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OS_'))),
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  OS_CLIENT_CONFIG_FILE: join(state, 'clouds.yaml'),
  // The guest of this cloud's image runs for half a minute and then stalls by itself. After its dump it goes off.
  KDUMP_OPTIONS: 'kd.stall=hard kd.after=25 kd.end=poweroff',
};

interface Evidence {
  readonly kind: string;
  readonly detail: string;
  readonly at: string;
}
interface Artefact {
  readonly id: string;
  readonly source: string;
  readonly sha256: string;
}
interface Dump {
  readonly id: string;
  readonly verdict: string | null;
  readonly evidence: readonly Evidence[];
  readonly artefacts: readonly Artefact[];
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
function requireProof(dump: Dump | undefined, dmesg: string): void {
  if (dump === undefined) throw new Error('there is no dump');
  const asked = dump.evidence.findIndex((entry) => entry.kind === 'nmi-asked');
  const took = dump.evidence.findIndex((entry) => entry.kind === 'crashloaded');
  if (asked < 0 || took < asked) throw new Error('no crash kernel was seen to take over after the NMI was asked for');
  if (dump.verdict !== 'captured') throw new Error(`the verdict is ${dump.verdict ?? 'missing'}`);
  const [file] = dump.artefacts;
  if (file?.source !== 'guest') throw new Error('there is no file from the guest');
  const digest = createHash('sha256').update(readFileSync(FILE)).digest('hex');
  if (digest !== file.sha256) throw new Error('what was downloaded is not what the guest handed over');
  if (!dmesg.includes(PANIC)) throw new Error("the dump's kernel log holds no panic of an NMI");
  if (!dmesg.includes('[hardstall]')) throw new Error('the back trace does not name what stalled');
}

async function demo(): Promise<void> {
  say('A cloud of its own: Remnant on SQLite, a libvirtd, QEMU. No systemd, nothing of the machine is touched.');
  rmSync(state, { recursive: true, force: true });
  await cloud('up', state, '0');

  say('A server, and what is known of its host:');
  const create = ['server', 'create', '--image', 'kdump', '--flavor', 'medium', '--wait', NAME];
  prompt('demo', create);
  await remnant('demo', ...create);
  await show('admin', 'server', 'list', '--all-projects');

  say('While it is healthy: would an NMI give a dump?');
  await until('the guest to be ready', 60, async () => (await console()).includes('GUEST-READY'));
  await show('demo', 'server', 'readiness', '--refresh', NAME);

  say('It stalls: every CPU spins, interrupts off. Its console as its owner sees it:');
  await until('the stall', 90, async () => (await console()).includes(STALLED));
  const lines = (await console()).split('\n').filter((line) => /beat 2[45]|STALL|hardstall/.test(line));
  // The shell's prompt stands before the first of them.
  process.stdout.write(`${lines.map((line) => line.replace(/^.*?(?=guest\[|\[ )/, '')).join('\n')}\n`);

  say('One call. Nothing but a non-maskable interrupt gets through to it now.');
  await show('demo', 'server', 'trigger-crash-dump', '--follow', NAME);

  say('Where it stood, out of its dump:');
  const dmesg = await logOf();
  const from = dmesg.indexOf('hardstall: every CPU');
  process.stdout.write(
    `${dmesg
      .slice(Math.max(0, dmesg.lastIndexOf('\n', from)))
      .trim()
      .split('\n')
      .slice(0, 24)
      .join('\n')}\n`,
  );

  say('The file, for crash or makedumpfile:');
  await show('demo', 'dump', 'download', NAME, '--output', FILE);

  say('And as any OpenStack client sees it:');
  await show('demo', 'server', 'event', 'list', NAME);

  const [newest] = await json<Dump[]>('demo', 'dump', 'list', NAME);
  const dump = newest === undefined ? undefined : await json<Dump>('demo', 'dump', 'show', NAME, newest.id);
  requireProof(dump, dmesg);
  await remnant('demo', 'server', 'delete', NAME);
}

/** The kernel's log out of the newest dump, once its host has taken it out. */
async function logOf(): Promise<string> {
  prompt('demo', ['dump', 'dmesg', NAME]);
  let log = '';
  await until('the log to be taken out of the dump', 90, async () => {
    log = await remnant('demo', 'dump', 'dmesg', NAME).catch(() => '');
    return log !== '';
  });
  return log;
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
    `This dump came of this NMI: ${FILE}. ${Math.round((Date.now() - began) / 1000)} s, and nothing is left running.`,
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
