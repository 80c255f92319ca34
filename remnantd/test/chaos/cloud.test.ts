// R1 to R3 in a real cloud: a thousand actions asked for at two API processes, while a script drawn from a seed kills, restarts,
// freezes, cuts off, fills and slows everything there is, one after the other, with messages repeated, held back and lost all the time.
// Afterwards every action has one outcome, no NMI was asked twice or late, and nothing that was accepted is missing.
//
// CHAOS_SEED=N plays the same script again (what it meets differs, as time does); CHAOS_ROUNDS=N plays N times as much.

import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Cloud } from './cloud.ts';
import { CloudAdmin } from './cloud-admin.ts';
import { playScript } from './cloud-chaos.ts';
import type { CloudBounds } from './cloud-config.ts';
import { APIS, SIM_HOSTS } from './cloud-config.ts';
import type { Target } from './cloud-load.ts';
import { CloudLoad } from './cloud-load.ts';
import { ROOT } from './cloud-net.ts';
import { prove, untilFinal } from './cloud-proof.ts';
import { keepRun } from './cloud-report.ts';
import { drawScript } from './cloud-script.ts';
import { seeded } from './random.ts';

const ACTIONS = 1_000;
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const BOUNDS: CloudBounds = {
  commands: { deadline: 8, answer: 10, create_answer: 60, grant_valid: 5, nmi_wait: 4 },
  // Longer than a host is kept from telling what it saw: a bound that is over meanwhile is judged by what was told until then.
  dumps: { react: 15, crash_kernel: 45, stall: 45, finish: 45, reboot: 45, find: 20, whole: 90 },
};
/** By then all of it is final, once everything is healed: the longest bound, and half of it again for a busy machine. */
const FINAL_MS = 1_500 * (BOUNDS.dumps.whole + 28);
/** So many servers of each simulated host: what their guests do with an NMI, and whether they are paused and stopped, too. */
const SERVERS: readonly (readonly [behaviour: string, changes: boolean, count: number])[] = [
  ['kdump', false, 15],
  ['kdump-silent', false, 5],
  ['kdump-local', false, 10],
  ['ignores', false, 10],
  ['panics', true, 20],
];
/** Between two requests of a caller, ms. */
const EVERY_MS = 900;

const random = seeded(SEED);
const imps = { host1: SEED + 1, host2: SEED + 2 };
const cloud = new Cloud({ bounds: BOUNDS, imps });
afterAll(async () => {
  cloud.keepLogs(join(ROOT, 'var/test/chaos-cloud'));
  await cloud.down();
});

async function makeTargets(admin: CloudAdmin): Promise<Target[]> {
  const targets: Target[] = [];
  for (const host of SIM_HOSTS) {
    for (const [behaviour, changes, number] of SERVERS) {
      const metadata = { sim_behaviour: behaviour, sim_dump_bytes: '32768', 'remnant:after_panic': 'reboot' };
      const wish = { name: behaviour, flavor: '1', metadata } as const;
      const ids = await admin.makeServers(
        host,
        Array.from({ length: number }, () => wish),
      );
      targets.push(...ids.map((id) => ({ id, behaviour, changes })));
    }
  }
  const [real = ''] = await admin.makeServers('host3', [{ name: 'real', flavor: '2' }]);
  return [...targets, { id: real, behaviour: 'real', changes: true }];
}

it(`keeps its word through everything (CHAOS_SEED=${SEED})`, { timeout: (600 + 900 * ROUNDS) * 1_000 }, async () => {
  await cloud.up();
  const admin = new CloudAdmin(cloud);
  await admin.signIn();
  await Promise.all(APIS.map((api) => admin.hostsUp(api)));
  const targets = await makeTargets(admin);

  cloud.unleash();
  const load = new CloudLoad(admin, targets, seeded(SEED + 3));
  const running = load.run(EVERY_MS);
  const script = drawScript(random, ROUNDS);
  const done = new Map<string, number>();
  const began = performance.now();
  // A caller that was answered what nobody should be ends the run.
  await Promise.race([
    running,
    playScript(cloud, script, (fault) => {
      const { does, to } = fault;
      done.set(does, (done.get(does) ?? 0) + 1);
      const at = ((performance.now() - began) / 1_000).toFixed(1);
      process.stdout.write(`chaos: ${at} s, ${load.accepted.length} accepted: ${does} ${to} ${fault.holdMs} ms\n`);
    }),
  ]);
  while (load.accepted.length < ACTIONS * ROUNDS) await load.more();
  load.end();
  await running;

  await Promise.all(APIS.map((api) => admin.hostsUp(api)));
  await admin.resumeAll();
  await untilFinal(cloud, FINAL_MS);
  const proof = await prove(cloud, load.accepted, targets);
  const run = { seed: SEED, faults: Object.fromEntries(done), answers: Object.fromEntries(load.answers), proof };
  process.stdout.write(`chaos: ${JSON.stringify(run)}\n`);
  keepRun(run);

  expect(proof.lost).toEqual([]);
  expect(proof.open).toEqual([]);
  expect(proof.askedTwice).toEqual([]);
  expect(proof.late).toEqual([]);
  expect(proof.untrue).toEqual([]);
  expect(proof.final).toBe(proof.actions);
  expect(proof.actions).toBeGreaterThanOrEqual(ACTIONS * ROUNDS);
  // Unknown is honest, and no way out: most of what was asked is known to have ended well, or not to have begun.
  expect((proof.outcomes['unknown'] ?? 0) / proof.actions).toBeLessThan(0.2);
  expect((proof.outcomes['success'] ?? 0) / proof.actions).toBeGreaterThan(0.4);
});
