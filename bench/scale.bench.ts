// Does the truth about hosts keep at 10,000 of them? Two installed API processes on one PostgreSQL and one NATS, 100,000 servers,
// and hosts that are nothing but their voice: what they cost, how soon a death is seen, and whether one is seen that was none.

import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { keep, quantile, row, table } from './report.ts';
import type { ScaleCloud } from './scale/cloud.ts';
import { hostName, openScaleCloud, serverId } from './scale/cloud.ts';
import { forceDowns, hostDeaths, listRatio, type MassDeath, massDeath } from './scale/deaths.ts';
import { Eye } from './scale/eyes.ts';
import { HostGroup } from './scale/host-group.ts';
import { monoMs } from './scale/mono.ts';
import { brokenPromises } from './scale/promises.ts';
import { underLoad } from './scale/under-load.ts';

const HOSTS = 10_000;
const SERVERS = 100_000;
const FEW = 100;
/** Hosts that die at once, three times. */
const DOOMED = 1_000;
const DOOMED_GROUPS = 3;
/** What `README.md` has is of ten: REMNANT_SCALE_MINUTES=10. */
const MINUTES = Number(process.env['REMNANT_SCALE_MINUTES'] ?? 1);
const DEATHS = 240;
const FORCE_DOWNS = 120;
const MET_WITHIN_MS = 600_000;
/** As agents do it (`main/compose-agents.ts`). */
const POLL_MS = 10_000;
const PER_CONNECTION = 500;

/** Share of a core that each API process uses in the next `seconds`. */
async function cpuOf(cloud: ScaleCloud, seconds: number): Promise<number[]> {
  const before = cloud.apis.map((api) => api.cpuMs());
  const began = monoMs();
  await pause(seconds * 1000);
  const took = monoMs() - began;
  return cloud.apis.map((api, i) => (api.cpuMs() - (before[i] ?? 0)) / took);
}

const most = (values: readonly number[]) => Math.max(...values);
const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const say = (text: string) => process.stdout.write(`${text}\n`);

const groups: HostGroup[] = [];
let cloud: ScaleCloud | null = null;

/** Brings the hosts from `first` up to, and without, `end` in a process of their own; gives back how long the hellos took, ms. */
async function bring(on: ScaleCloud, first: number, end: number): Promise<{ group: HostGroup; tookMs: number }> {
  const group = new HostGroup();
  groups.push(group);
  const hosts = Array.from({ length: end - first }, (_, i) => ({
    name: hostName(first + i),
    guests: Array.from({ length: SERVERS / HOSTS }, (_one, k) => serverId(first + i + k * HOSTS)),
  }));
  const options = { url: on.natsUrl, prefix: 'remnant', hosts, perConnection: PER_CONNECTION, pollMs: POLL_MS };
  await group.start({ ...options, hellosAtOnce: 16 });
  // Hosts of a cloud that was there before: the hello of a new one is a write, and no question of scale.
  await on.know(hosts);
  await pause(2_000);
  return { group, tookMs: await group.greet(MET_WITHIN_MS) };
}

try {
  cloud = await openScaleCloud(SERVERS, HOSTS);
  const { apis } = cloud;
  const eyes = Eye.both(cloud);
  await pause(3_000);
  const loadBefore = loadavg()[0] ?? 0;
  const idle = await cpuOf(cloud, 20);
  const idleRss = most(apis.map((api) => api.rssMb()));

  await bring(cloud, 0, FEW);
  await pause(2_000);
  const few = await cpuOf(cloud, 30);

  const firstDoomed = HOSTS - DOOMED * DOOMED_GROUPS;
  const main = await bring(cloud, FEW, firstDoomed);
  const doomed: HostGroup[] = [];
  let helloMs = main.tookMs;
  for (let first = firstDoomed; first < HOSTS; first += DOOMED) {
    // oxlint-disable-next-line no-await-in-loop
    const { group, tookMs } = await bring(cloud, first, first + DOOMED);
    doomed.push(group);
    helloMs += tookMs;
  }
  say(`${HOSTS - FEW} hosts said hello in ${(helloMs / 1000).toFixed(1)} s`);
  await pause(5_000);
  for (const group of groups) await group.stats(true);
  const many = await cpuOf(cloud, 30);
  const manyRss = most(apis.map((api) => api.rssMb()));
  const stats = await Promise.all(groups.map((group) => group.stats(true)));
  const claims = sum(stats.map((one) => one.claims)) / 30;
  say(`${claims.toFixed(0)} claims per second, p99 ${most(stats.map((one) => one.claimP99)).toFixed(1)} ms`);

  const load = await underLoad(cloud, eyes, MINUTES, FEW);
  const loadStats = await Promise.all(groups.map((group) => group.stats(true)));
  const latestBeat = most(loadStats.map((one) => one.latestBeatMs));

  const forced = await forceDowns(
    eyes,
    Array.from({ length: FORCE_DOWNS }, (_, i) => i % FEW),
  );

  const step = Math.floor((firstDoomed - FEW) / DEATHS);
  const deaths = await hostDeaths(
    eyes,
    main.group,
    Array.from({ length: DEATHS }, (_, i) => FEW + i * step),
  );

  const mass: MassDeath[] = [];
  for (const [i, group] of doomed.toReversed().entries()) {
    // The newest servers come first in every list, and they are on the last hosts.
    const marker = i === 0 ? '' : `&marker=${serverId(SERVERS - DOOMED * i)}`;
    const page = `/v2.1/servers/detail?all_tenants=1&limit=${DOOMED}${marker}`;
    // oxlint-disable-next-line no-await-in-loop
    mass.push(await massDeath(eyes, group, DOOMED, page));
    // oxlint-disable-next-line no-await-in-loop
    await pause(2_000);
  }
  const lists = listRatio(mass);
  const endRss = most(apis.map((api) => api.rssMb()));
  for (const eye of eyes) eye.close();

  const perHost = (used: readonly number[], hosts: number) => Math.max(0, sum(used) - sum(idle)) / used.length / hosts;
  const rows = [
    row('liveness_cpu_percent', most(many) * 100, '% of a core', most(idle) * 100),
    row('api_rss_mb', most([manyRss, endRss]), 'MiB', idleRss),
    row('host_death_p50_ms', quantile(deaths, 0.5), 'ms'),
    row('host_death_p99_ms', quantile(deaths, 0.99), 'ms', quantile(deaths, 0.5)),
    row('force_down_p50_ms', quantile(forced.visible, 0.5), 'ms', quantile(forced.answered, 0.5)),
    row('force_down_p99_ms', quantile(forced.visible, 0.99), 'ms', quantile(forced.answered, 0.99)),
    row('one look at a server, p50', quantile(forced.look, 0.5), 'ms'),
    row('mass_death_visible_ms', most(mass.map((one) => one.visibleMs)), 'ms'),
    row('mass_death_list_p99_ratio', lists.during / lists.before, 'times'),
    row('list p99 while a thousand die', lists.during, 'ms', lists.before),
    row('false_unknown', load.falseUnknown, 'times'),
    row('cost_per_host_ratio', perHost(many, HOSTS) / perHost(few, FEW), 'times'),
    row('CPU per host at 10000', perHost(many, HOSTS) * 1e6, 'us/s', perHost(few, FEW) * 1e6),
    row('claims per second', claims, '1/s'),
    row('claims not answered', sum([...stats, ...loadStats].map((one) => one.claimsLost)), 'times'),
    row('hellos per second', (HOSTS - FEW) / (helloMs / 1000), '1/s'),
    row('minutes under load', load.minutes, 'min'),
    row('CPU under load', most(load.cpu) * 100, '% of a core'),
    row('list p99 under load', quantile(load.lists, 0.99), 'ms', quantile(load.lists, 0.5)),
    row('crash dumps under load', load.actions, 'times'),
    row('crash dumps not done', load.notDone, 'times'),
    row('latest beat of the generator under load', latestBeat, 'ms'),
    row('load of the machine', loadavg()[1] ?? 0, 'processes', loadBefore),
  ];
  table(`${HOSTS} hosts at 1 Hz, ${PER_CONNECTION} a connection, ${SERVERS} servers`, rows);
  keep('scale', rows);
  const broken = brokenPromises(rows);
  for (const promise of broken) say(`BROKEN: ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
} finally {
  await Promise.all(groups.map((group) => group.kill()));
  await cloud?.close();
}
