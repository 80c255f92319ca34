// R1 to R3 for dumps under kill -9: the process that follows them dies at each step of a dump, with others on their way.
// Afterwards each dump has the verdict it has without a kill, or is unknown and says what was lost; `captured` with a file
// means that very file, byte for byte; and no guest got more than one NMI.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { ArtefactStore } from '../../src/agent/capture/artefact-store.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import type { Store } from '../../src/db/store.ts';
import { openStore } from '../../src/db/store.ts';
import { readNmis } from '../../src/drivers/sim/nmi-journal.ts';
import { putImage, untilSettled } from './caller.ts';
import type { DumpServer } from './dump-caller.ts';
import { askForDump, dumpsToCome, makeDumpServers } from './dump-caller.ts';
import type { Life } from './lives.ts';
import { IMMORTAL, startLife } from './lives.ts';
import { HOSTS } from './mortal.ts';
import { DUMP_STEPS } from './mortal-dumps.ts';
import { seeded } from './random.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
/** What guests do, with the verdict that is true of it. */
const VERDICTS: Readonly<Record<string, string>> = {
  kdump: 'captured',
  'kdump-silent': 'captured',
  'kdump-local': 'captured',
  'kdump-broken': 'panicked_without_dump',
  panics: 'panicked_without_dump',
  ignores: 'ignored',
};
/** Those whose dump comes to the host. */
const BY_PORT: ReadonlySet<string> = new Set(['kdump', 'kdump-silent']);
/** An unknown verdict says what was lost, or what is not known. */
const SAYS_WHY =
  /could not be watched all the time|could not keep it: the agent restarted|the agent restarted while the NMI|sent is not known/;
/** Bounds that a slow machine keeps; a guest that was not seen to react costs the first of them. */
const BOUNDS = {
  commands: { deadline: 10, answer: 10, grant_valid: 5 },
  dumps: { react: 10, crash_kernel: 60, stall: 60, finish: 60, reboot: 60, find: 10, whole: 180 },
};
/** How long a life may take to come to its step, ms. */
const LIFE_MS = 30_000;

const dir = mkdtempSync(join(tmpdir(), 'remnant-chaos-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function live(): Promise<Life> {
  const { life } = await startLife(dir, { ...IMMORTAL, seed: SEED, bounds: BOUNDS });
  if (life === null) throw new Error('a life did not begin');
  onTestFinished(() => life.kill());
  return life;
}

/** One life: asks for a dump of each of `servers`, and dies at `step`; true if it came to that. */
async function dieAt(step: string, count: number, servers: readonly DumpServer[]): Promise<boolean> {
  const life = await live();
  await life.arm(step, count);
  await Promise.all(servers.map((server) => askForDump(life.url, server)));
  const late = setTimeout(() => life.kill(), LIFE_MS);
  const diedAt = await life.over;
  clearTimeout(late);
  return diedAt === step;
}

/** SHA-256 of every whole file on the disks of the hosts, read back, by its id. */
async function filesOnHosts(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const host of HOSTS) {
    const stateDir = join(dir, 'hosts', host);
    const caps = { perDump: 2 ** 30, perHost: 2 ** 30, keepFree: 0 };
    const store = await ArtefactStore.open({ stateDir, clock: systemClock(), disk: hostDisk, caps });
    for (const { id, sha256 } of store.list()) {
      const hash = createHash('sha256');
      for await (const piece of await store.read(id)) hash.update(piece as Buffer);
      const digest = hash.digest('hex');
      expect(digest, 'what the manifest says').toBe(sha256);
      found.set(id, digest);
    }
  }
  return found;
}

async function dumpRows(store: Store) {
  return store.read
    .selectFrom('dumps')
    .innerJoin('commands', 'commands.id', 'dumps.command_id')
    .select(['dumps.id', 'dumps.server_id', 'dumps.verdict', 'dumps.reason', 'dumps.ended_at'])
    .select(['dumps.command_id', 'commands.outcome'])
    .execute();
}

it(`follows dumps through kills at each of their steps (CHAOS_SEED=${SEED})`, { timeout: 1_500_000 }, async () => {
  const random = seeded(SEED);
  putImage(dir);
  const steps = Object.keys(DUMP_STEPS);
  const behaviours = Object.keys(VERDICTS);
  const first = await live();
  const made = await makeDumpServers(first.url, Array.from({ length: 2 * steps.length }, () => behaviours).flat());
  first.kill();
  await first.over;
  const truth = dumpsToCome(join(dir, 'sim'));

  const fresh = new Map(behaviours.map((name) => [name, made.filter(({ behaviour }) => behaviour === name)]));
  const next = () => [...fresh.values()].flatMap((servers) => servers.pop() ?? []);
  const open = steps.map((step) => ({ step, tries: 0 }));
  const missed: string[] = [];
  for (let one = open.shift(); one !== undefined; one = open.shift()) {
    // The second time it is the first of its kind: that one comes for sure.
    const count = one.tries > 0 ? 1 : 1 + Math.floor(random() * (DUMP_STEPS[one.step] ?? 1));
    if (await dieAt(one.step, count, next())) continue;
    if (one.tries === 1) missed.push(one.step);
    else open.push({ ...one, tries: 1 });
  }
  expect(missed, 'steps that no life came to').toEqual([]);

  const last = await live();
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  await untilSettled(store, 240_000);
  last.kill();
  await last.over;

  const doing = new Map(made.map(({ id, behaviour }) => [id, behaviour]));
  const dumps = (await dumpRows(store)).map((row) => ({ ...row, behaviour: doing.get(row.server_id) ?? '' }));
  const nmis = new Map<string, number>();
  for (const { guest } of readNmis(join(dir, 'sim'))) nmis.set(guest, (nmis.get(guest) ?? 0) + 1);
  const kept = await store.read
    .selectFrom('artefacts')
    .select(['id', 'dump_id', 'server_id', 'sha256'])
    .where('erased_at', 'is', null)
    .execute();
  const files = await filesOnHosts();

  // R1: each ended, with a verdict.
  expect(dumps.filter(({ verdict, ended_at: endedAt }) => verdict === null || endedAt === null)).toEqual([]);
  // R2: never twice; and once where anything was seen of the guest.
  expect([...nmis].filter(([, times]) => times > 1)).toEqual([]);
  const seen = dumps.filter(({ verdict }) => verdict !== 'unknown' && verdict !== 'not_sent');
  expect(seen.filter((dump) => nmis.get(dump.server_id) !== 1)).toEqual([]);
  expect(dumps.filter((dump) => dump.verdict === 'not_sent' && nmis.has(dump.server_id))).toEqual([]);
  // R3: what is said is true, or it is said what was lost.
  expect(seen.filter(({ behaviour, verdict }) => verdict !== VERDICTS[behaviour])).toEqual([]);
  expect(dumps.filter(({ verdict, reason }) => verdict === 'unknown' && !SAYS_WHY.test(reason ?? ''))).toEqual([]);
  const captured = dumps.filter(({ verdict, behaviour }) => verdict === 'captured' && BY_PORT.has(behaviour));
  const withFile = new Set(kept.map(({ dump_id: dump }) => dump as string));
  expect(captured.filter(({ id }) => !withFile.has(id))).toEqual([]);
  // Files: what the guest wrote, each on record, and none without a record.
  expect(kept.filter((file) => file.sha256 !== truth.get(file.server_id))).toEqual([]);
  expect(Object.fromEntries(files)).toEqual(Object.fromEntries(kept.map(({ id, sha256 }) => [id, sha256])));
  // The run was worth its name.
  const by = (verdict: string) => dumps.filter((dump) => dump.verdict === verdict).length;
  expect(captured.length).toBeGreaterThan(0);
  process.stdout.write(
    `chaos: seed ${SEED}, ${dumps.length} dumps, ${steps.length} steps; ${by('captured')} captured, ` +
      `${by('panicked_without_dump')} without dump, ${by('ignored')} ignored, ${by('not_sent')} not sent, ` +
      `${by('unknown')} unknown; ${kept.length} files, all whole; no NMI twice\n`,
  );
  await store.close();
});
