// Measures the daemon on one cloud under one node: starts, memory, reads beside the practical limit, crash dumps beside raw
// commits. Both sides of every ratio take turns, so that a noisy machine disturbs both.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median, quantile } from '../report.ts';
import type { Child } from './child.ts';
import { startChild } from './child.ts';
import type { Cloud } from './daemon.ts';
import { adminToken, COMPILE_CACHE, SCRATCH, startDaemon } from './daemon.ts';
import type { DumpTimes } from './dumps.ts';
import { dumpEach, forgetDumps } from './dumps.ts';
import type { Shot } from './http-load.ts';
import { Line, load } from './http-load.ts';

const AT_ONCE = 4;
const ROUNDS = 3;
const SLICE_MS = 400;
const IDLE_MS = 1_000;
/** Of 240 dumps each, before those that are measured: as reads are measured when they are warm. */
const WARM_ROUNDS = 3;

/** What is read. */
export const READS = {
  show: (cloud: Cloud) => `/v2.1/servers/${cloud.silent[0]}`,
  'detail?limit=100': () => '/v2.1/servers/detail?all_tenants=1&limit=100',
  'detail?limit=1000': () => '/v2.1/servers/detail?all_tenants=1&limit=1000',
  'servers?limit=1000': () => '/v2.1/servers?all_tenants=1&limit=1000',
  'os-services': () => '/v2.1/os-services',
} as const satisfies Record<string, (cloud: Cloud) => string>;
/** Its name. */
export type ReadName = keyof typeof READS;

/** A read, and the same body from a bare server. */
export interface ReadNumbers {
  readonly perSecond: number;
  readonly limitPerSecond: number;
  readonly cpuMs: number;
  readonly limitCpuMs: number;
  /** One at a time, ms. */
  readonly p50: number;
  readonly p99: number;
  /** `AT_ONCE` at a time, ms. */
  readonly p99Loaded: number;
}

/** Crash dumps. */
export interface DumpNumbers {
  readonly times: readonly DumpTimes[];
  /** Of one whose guest gives no sign: all that Nova does too. */
  readonly cpuMs: number;
  /** Of one whose guest panics, to its verdict. */
  readonly verdictCpuMs: number;
}

/** Everything about one cloud under one node. */
export interface CloudNumbers {
  /** First 200, ms: on a new state folder; with state, without and with the compile cache; of the bare server. */
  readonly starts: { readonly first: number; readonly cold: number; readonly warm: number; readonly bare: number };
  readonly idleRssMb: number;
  readonly loadedRssMb: number;
  /** Share of a core while nobody asks anything. */
  readonly idleCpu: number;
  readonly reads: Readonly<Record<ReadName, ReadNumbers>>;
  readonly dumps: DumpNumbers;
}

/** Measures it. `turn`: how many nodes were measured on this cloud before; each dumps servers of its own. */
export async function measureCloud(cloud: Cloud, node: string, port: number, turn: number): Promise<CloudNumbers> {
  const started = await measureStarts(cloud, node, port, turn);
  const { daemon } = started;
  const lines = await openLines(port);
  const [line] = lines;
  const token = await adminToken(cloud, line);
  const headers = { 'x-auth-token': token, 'openstack-api-version': 'compute 2.93' };
  const limit = await startLimit(cloud, node, port + 1, line, headers);
  const limitLines = await openLines(port + 1);
  const idleCpu = await idleShare(daemon);
  let loadedRssMb = 0;
  const measured: [string, ReadNumbers][] = [];
  for (const [name, path] of Object.entries(READS)) {
    const shot: Shot = { method: 'GET', path: path(cloud), headers };
    // One after the other: they would disturb each other.
    // oxlint-disable-next-line no-await-in-loop
    const read = await measureRead(shot, { daemon, lines, idleCpu }, { daemon: limit, lines: limitLines, idleCpu: 0 });
    measured.push([name, read]);
    loadedRssMb = Math.max(loadedRssMb, daemon.rssMb());
  }
  const dumps = await measureDumps(cloud, daemon, line, headers, idleCpu, turn);
  for (const one of [...lines, ...limitLines]) one.close();
  await Promise.all([daemon.stop(), limit.stop()]);
  forgetDumps(cloud);
  return {
    starts: { ...started.starts, bare: limit.startMs },
    idleRssMb: started.idleRssMb,
    loadedRssMb,
    idleCpu,
    reads: Object.fromEntries(measured) as Record<ReadName, ReadNumbers>,
    dumps,
  };
}

async function measureStarts(cloud: Cloud, node: string, port: number, turn: number) {
  const start = (compileCache: boolean) => startDaemon(cloud, { node, port, compileCache });
  const timed = async (compileCache: boolean) => {
    const daemon = await start(compileCache);
    await daemon.stop();
    return daemon.startMs;
  };
  if (turn === 0) rmSync(COMPILE_CACHE, { recursive: true, force: true });
  const first = await timed(false);
  await timed(true);
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop
    cold.push(await timed(false));
    // oxlint-disable-next-line no-await-in-loop
    warm.push(await timed(true));
  }
  const daemon = await start(true);
  await allReady(port);
  await pause(IDLE_MS);
  return { daemon, idleRssMb: daemon.rssMb(), starts: { first, cold: median(cold), warm: median(warm) } };
}

/** Waits until the daemon has met its hosts: it answers before. */
async function allReady(port: number): Promise<void> {
  const line = await Line.open(port);
  const shot: Shot = { method: 'GET', path: '/readyz', headers: {} };
  for (const until = performance.now() + 120_000; performance.now() < until; await pause(20)) {
    // oxlint-disable-next-line no-await-in-loop
    const { checks } = JSON.parse((await line.send(shot)).body.toString()) as { checks: { state: string }[] };
    if (checks.every(({ state }) => state === 'ok')) return line.close();
  }
  throw new Error('not ready in 120 s');
}

async function openLines(port: number): Promise<[Line, ...Line[]]> {
  const more = Array.from({ length: AT_ONCE - 1 }, () => Line.open(port));
  return [await Line.open(port), ...(await Promise.all(more))];
}

/** The bare server, with the very bodies the daemon gave. */
async function startLimit(
  cloud: Cloud,
  node: string,
  port: number,
  line: Line,
  headers: Shot['headers'],
): Promise<Child> {
  const bodies: Record<string, unknown> = {};
  for (const path of Object.values(READS)) {
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await line.send({ method: 'GET', path: path(cloud), headers });
    if (status !== 200) throw new Error(`${path(cloud)}: ${status} ${body.toString()}`);
    bodies[path(cloud)] = JSON.parse(body.toString());
  }
  const file = join(SCRATCH, 'limit.json');
  writeFileSync(file, JSON.stringify(bodies));
  const script = join(import.meta.dirname, 'limit-server.ts');
  const log = join(SCRATCH, 'limit.log');
  return startChild({ node, command: 'node', args: [script, String(port), file], port, ready: '/', log });
}

async function idleShare(daemon: Child): Promise<number> {
  const began = performance.now();
  const before = daemon.cpuMs();
  await pause(2 * IDLE_MS);
  return (daemon.cpuMs() - before) / (performance.now() - began);
}

interface Side {
  readonly daemon: Child;
  readonly lines: readonly Line[];
  readonly idleCpu: number;
}

async function measureRead(shot: Shot, ours: Side, bare: Side): Promise<ReadNumbers> {
  const side = async ({ daemon, lines, idleCpu }: Side) => {
    const before = daemon.cpuMs();
    const slice = await load(lines, shot, SLICE_MS);
    const cpuMs = (daemon.cpuMs() - before - idleCpu * slice.seconds * 1000) / slice.requests;
    return { perSecond: slice.requests / slice.seconds, cpuMs, times: slice.times };
  };
  await side(ours);
  await side(bare);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const one = await load(ours.lines.slice(0, 1), shot, SLICE_MS);
    // oxlint-disable-next-line no-await-in-loop
    rounds.push({ one, ours: await side(ours), bare: await side(bare) });
  }
  const alone = rounds.flatMap((round) => round.one.times);
  return {
    perSecond: median(rounds.map((round) => round.ours.perSecond)),
    limitPerSecond: median(rounds.map((round) => round.bare.perSecond)),
    cpuMs: median(rounds.map((round) => round.ours.cpuMs)),
    limitCpuMs: median(rounds.map((round) => round.bare.cpuMs)),
    p50: median(alone),
    p99: quantile(alone, 0.99),
    p99Loaded: quantile(
      rounds.flatMap((round) => round.ours.times),
      0.99,
    ),
  };
}

async function measureDumps(
  cloud: Cloud,
  daemon: Child,
  line: Line,
  headers: Shot['headers'],
  idleCpu: number,
  turn: number,
): Promise<DumpNumbers> {
  const silent = cloud.silent.slice(turn * 240, (turn + 1) * 240);
  const panics = cloud.panics.slice(turn * 80, (turn + 1) * 80);
  const costs = async (servers: readonly string[]) => {
    const began = performance.now();
    const before = daemon.cpuMs();
    const times = await dumpEach(cloud, line, headers, servers);
    // What follows the outcome belongs to it.
    await pause(200);
    const cpuMs = (daemon.cpuMs() - before - idleCpu * (performance.now() - began)) / servers.length;
    return { times, cpuMs };
  };
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await costs(silent);
    forgetDumps(cloud);
  }
  const { times, cpuMs } = await costs(silent);
  return { times, cpuMs, verdictCpuMs: (await costs(panics)).cpuMs };
}
