// `remnantd enroll`, `revoke`, `enrollments` and `bus-users`: who may speak on the bus, by the command line of whoever may read the
// configuration. They work on the database; what nats-server lets in follows from it through the file of `bus-users`.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { authorizationBlock } from '../adapters/nats-bus/bus-users.ts';
import { newNatsUser } from '../adapters/nats-bus/new-user.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/sections.ts';
import { listEnrollments } from '../db/enrollments.ts';
import type { Store } from '../db/store.ts';
import { openStore } from '../db/store.ts';
import { fileErrorText } from '../lib/file-error.ts';
import type { Enrollment } from '../model/enrollment.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { ENROLLMENTS_CHANGED } from '../model/wire.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { openBus } from './bus-part.ts';
import type { Enrollee } from './enroll.ts';
import { enroll, revoke } from './enroll.ts';
import type { BusUsersOptions, ChangeOptions, EnrollOptions } from './enrollment-command-line.ts';
import { StartError, startingWith } from './start-error.ts';
import type { ArrivedSecret } from './write-secret.ts';
import { checkReplaceable, replaceFile, writeBeside, writeNew } from './write-secret.ts';

/** A running API process that is not told reads it by itself within a second. */
const TELL_MS = 2_000;

/** `enroll`: a key for `name`, its seed in a file. Throws StartError. */
export function enrollCommand(name: string, options: EnrollOptions): Promise<void> {
  return withStore(options.config, async (store, clock, config) => {
    const who = enrollee(name, options);
    const out = options.out ?? `${name}.nk`;
    checkFollowing(options);
    const seed = await enroll({ store, clock }, who, {
      renew: options.renew === true,
      keep: (text) => keepSeed(out, `${text}\n`, options),
    });
    process.stdout.write(`${name} is enrolled.\n`);
    await finish(store, config, options, `${name} is enrolled`, () => {
      seed.settle();
      process.stdout.write(nextSteps(who, out));
      // Who is enrolled is seen within a second by those who are not told, and there may be no API process yet.
      return tell(config, clock, () => {});
    });
  });
}

/** `revoke`; of one who was revoked before it finishes what is to follow. Throws StartError. */
export function revokeCommand(name: string, options: ChangeOptions): Promise<void> {
  return withStore(options.config, async (store, clock, config) => {
    checkFollowing(options);
    const before = await revoke({ store, clock }, enrollee(name, options));
    const done = before === null ? `${name} is revoked` : `${name} is revoked since ${new Date(before).toISOString()}`;
    process.stdout.write(`${done}.\n`);
    await finish(store, config, options, done, () =>
      tell(config, clock, (error) =>
        process.stderr.write(`API processes were not told, and see it within a second: ${error.message}\n`),
      ),
    );
  });
}

/** `enrollments`: everybody that is and was enrolled. */
export function enrollmentsCommand({ config: path }: { readonly config: string }): Promise<void> {
  return withStore(path, async (store) => {
    process.stdout.write(enrollmentTable(await listEnrollments(store.read, false)));
  });
}

/** `bus-users`: printed, or written to a file. Throws StartError. */
export function busUsersCommand(options: BusUsersOptions): Promise<void> {
  return withStore(options.config, async (store, _clock, config) => {
    const text = await busUsers(store, config);
    if (options.out === undefined) process.stdout.write(text);
    else replaceFile(options.out, text);
    if (options.reloadPid !== undefined) signal(options.reloadPid, 'SIGHUP');
  });
}

/** Every enrollment, a line each; times are UTC. */
function enrollmentTable(all: readonly Enrollment[]): string {
  const time = (at: number | null) => (at === null ? '-' : `${new Date(at).toISOString().slice(0, 19)}Z`);
  const rows = [
    ['KIND', 'NAME', 'ENROLLED', 'REVOKED', 'KEY'],
    ...all.map((one) => [one.kind, one.name, time(one.enrolledAt), time(one.revokedAt), one.publicKey]),
  ];
  const widths = rows.reduce(
    (most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)),
    [] as number[],
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

const UNTOLD =
  'Write the file of bus-users anew and have nats-server read it (kill -HUP): --bus-users and --reload-pid do both.\n';

function nextSteps({ kind, name }: Enrollee, out: string): string {
  const place = kind === 'host' ? 'to that host' : 'to its machine';
  return [
    `Its seed is in ${out}: who has it speaks as ${name}.`,
    `Take it ${place} (chmod 600), and name it there as bus.credentials.`,
    '',
  ].join('\n');
}

function enrollee(name: string, { api }: ChangeOptions): Enrollee {
  return { kind: api === true ? 'api' : 'host', name };
}

/** A seed on the disk. With --renew the old one stays in its place until the new one is good: no seed would be left if it never is. */
function keepSeed(out: string, text: string, { renew }: EnrollOptions): ArrivedSecret {
  if (renew === true) return writeBeside(out, text);
  writeNew(out, text);
  return { settle: () => {}, forget: () => rmSync(out, { force: true }) };
}

/** Whatever can be known to go wrong after the change, before it. Throws StartError. */
function checkFollowing({ busUsers: file, reloadPid }: ChangeOptions): void {
  if (file !== undefined) checkReplaceable(file);
  if (reloadPid !== undefined) signal(reloadPid, 0);
}

/** What follows a change that stands, `done`: `first`, then nats-server. Throws StartError that says so, and what is left to do. */
async function finish(
  store: Store,
  config: Config,
  options: ChangeOptions,
  done: string,
  first: () => Promise<void>,
): Promise<void> {
  const { busUsers: file, reloadPid } = options;
  try {
    // Before nats-server reads it: what this process connects with may be good no more after that.
    await first();
    if (file !== undefined) replaceFile(file, await busUsers(store, config));
    if (reloadPid !== undefined) signal(reloadPid, 'SIGHUP');
  } catch (error) {
    const rest = `remnantd bus-users -c ${options.config} --out ${file ?? 'FILE'} --reload-pid ${reloadPid ?? 'FILE'}`;
    throw new StartError(`${(error as Error).message}\n${done}, but nats-server was not told: run \`${rest}\``, {
      cause: error,
    });
  }
  if (file === undefined || reloadPid === undefined) process.stdout.write(UNTOLD);
}

async function busUsers(store: Store, config: Config): Promise<string> {
  const users = (await listEnrollments(store.read, true)).map(({ kind, name, publicKey }) =>
    kind === 'api' ? { kind, name, publicKey } : { kind, name, publicKey, host: asId<HostName>(name) },
  );
  return authorizationBlock(config.bus.prefix, users, () => newNatsUser().publicKey);
}

/** Says so over the bus, as far as this process gets there: who does not hear it reads it a second later. */
async function tell(config: Config, clock: Clock, onUntold: (error: Error) => void): Promise<void> {
  if (config.bus.url === null) return;
  try {
    const bus = await openBus(config.bus, { kind: 'api' }, clock, () => {});
    try {
      await connected(bus, clock);
      bus.publish(ENROLLMENTS_CHANGED, {});
      await bus.settle(TELL_MS);
    } finally {
      await bus.close();
    }
  } catch (error) {
    onUntold(error as Error);
  }
}

function connected(bus: Bus, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (bus.connection().up) return resolve();
    const cancel = clock.after(TELL_MS, () => {
      stop();
      reject(new Error(bus.connection().reason));
    });
    const stop = bus.onConnection(({ up }) => {
      if (!up) return;
      cancel();
      stop();
      resolve();
    });
  });
}

/** Sends `what` to the process whose id is in `path`; 0 only asks whether it could be. Throws StartError when there is none. */
function signal(path: string, what: 'SIGHUP' | 0): void {
  let pid: number;
  try {
    pid = Number(readFileSync(path, 'utf8').trim());
  } catch (error) {
    throw new StartError(`--reload-pid: ${path} cannot be read: ${fileErrorText(error)}`, { cause: error });
  }
  // 0 and below would be whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new StartError(`--reload-pid: ${path} holds no process id`);
  try {
    process.kill(pid, what);
  } catch (error) {
    throw new StartError(`--reload-pid: process ${pid} cannot be told: ${fileErrorText(error)}`, { cause: error });
  }
}

async function withStore(
  path: string,
  work: (store: Store, clock: Clock, config: Config) => Promise<void>,
): Promise<void> {
  const config = loadConfig(path);
  // The API processes may not have run yet.
  if (config.database.url === null) {
    await startingWith('state_dir', () => mkdirSync(config.state_dir, { recursive: true, mode: 0o700 }));
  }
  const store = await startingWith('database.url', () =>
    openStore(config.database.url ?? `sqlite:${join(config.state_dir, 'remnant.db')}`),
  );
  try {
    await work(store, systemClock(), config);
  } finally {
    await store.close();
  }
}
