// Hosts that fall silent, one by one and a thousand at once, and hosts that are forced down: how long until both API processes
// show it to whoever asks for a server of theirs.

import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../report.ts';
import { hostName, serverId } from './cloud.ts';
import { countOf, type Eye, steadyLists } from './eyes.ts';
import type { HostGroup } from './host-group.ts';
import { monoMs } from './mono.ts';

type Eyes = readonly [Eye, Eye];

const UNKNOWN = '"host_status":"UNKNOWN"';
const UP = '"host_status":"UP"';
const show = (i: number) => `/v2.1/servers/${serverId(i)}`;
/** What users ask for all the while. */
export const LIST = '/v2.1/servers/detail?all_tenants=1&limit=100';

/** Silences those hosts of `group` one after the other; gives back how long each took to be UNKNOWN on both, ms. */
export async function hostDeaths(eyes: Eyes, group: HostGroup, hosts: readonly number[]): Promise<number[]> {
  const seen: Promise<number>[] = [];
  for (const host of hosts) {
    const at = monoMs();
    group.silence([hostName(host)]);
    // Nobody can be UNKNOWN before: looking earlier would only be load.
    const one = pause(1_800).then(async () => {
      const both = eyes.map((eye) => eye.until(show(host), (body) => body.includes(UNKNOWN), 25));
      return Math.max(...(await Promise.all(both))) - at;
    });
    // It is looked at once all of them are silent; until then nobody would hear it fail.
    one.catch(() => {});
    seen.push(one);
    // Not a whole part of a second: each dies at another moment between two beats.
    // oxlint-disable-next-line no-await-in-loop
    await pause(237);
  }
  return Promise.all(seen);
}

/** What forcing down took. */
export interface ForceDownTimes {
  /** From sending the PUT to one process until both show it, ms. */
  readonly visible: readonly number[];
  /** Until the PUT itself was answered. */
  readonly answered: readonly number[];
  /** What one look costs. */
  readonly look: readonly number[];
}

/** Forces each of `hosts` down and up again, by turns at either process. */
export async function forceDowns(eyes: Eyes, hosts: readonly number[]): Promise<ForceDownTimes> {
  const times: { visible: number[]; answered: number[]; look: number[] } = { visible: [], answered: [], look: [] };
  for (const [turn, host] of hosts.entries()) {
    const eye = turn % 2 === 0 ? eyes[0] : eyes[1];
    // oxlint-disable no-await-in-loop -- one after the other is what is measured
    const { body } = await eye.get(`/v2.1/os-services?host=${hostName(host)}`);
    const [service] = (JSON.parse(body.toString()) as { services: { id: string }[] }).services;
    if (service === undefined) throw new Error(`${hostName(host)} has no service`);
    const put = async (down: boolean) => {
      const sent = { method: 'PUT', path: `/v2.1/os-services/${service.id}`, body: `{"forced_down":${down}}` } as const;
      const { status, body: said } = await eye.send(sent);
      if (status !== 200) throw new Error(`force down: ${status} ${said.toString('utf8', 0, 300)}`);
      return monoMs();
    };
    const looked = monoMs();
    await eye.get(show(host));
    const at = monoMs();
    times.look.push(at - looked);
    const isDown = (shown: Buffer) => shown.includes('"host_status":"DOWN"');
    const [answered, ...shown] = await Promise.all([put(true), ...eyes.map((one) => one.until(show(host), isDown, 3))]);
    times.answered.push(answered - at);
    times.visible.push(Math.max(...shown) - at);
    await put(false);
    await Promise.all(eyes.map((one) => one.until(show(host), (now) => now.includes(UP), 20)));
    // oxlint-enable no-await-in-loop
  }
  return times;
}

/** What a thousand deaths at once did. */
export interface MassDeath {
  /** Until both processes showed all of them, ms. */
  readonly visibleMs: number;
  /** Of the list that was asked for all the while, ms. */
  readonly before: readonly number[];
  readonly during: readonly number[];
}

const QUIET_MS = 6_000;

/** Kills `group`, whose hosts have the servers of the page `page`; the lists before are asked just as long. */
export async function massDeath(eyes: Eyes, group: HostGroup, size: number, page: string): Promise<MassDeath> {
  const watch = async (untilAll: boolean) => {
    const done = new AbortController();
    const all = (body: Buffer) => countOf(body, UNKNOWN) >= size;
    const look = (eye: Eye) =>
      // The same looks before as during: what they cost is in both.
      untilAll ? eye.until(page, all, 200) : eye.until(page, () => done.signal.aborted, 200);
    const lists = steadyLists(eyes, LIST, 40);
    const seen = Promise.all(eyes.map(look));
    if (!untilAll) {
      await pause(QUIET_MS);
      done.abort();
    }
    const at = Math.max(...(await seen));
    if (untilAll) await pause(2_000);
    return { at, times: await lists.stop() };
  };
  const before = await watch(false);
  const began = monoMs();
  const [during] = await Promise.all([watch(true), group.kill()]);
  return { visibleMs: during.at - began, before: before.times, during: during.times };
}

/** p99 of all lists during mass deaths beside those before. */
export function listRatio(deaths: readonly MassDeath[]): { readonly during: number; readonly before: number } {
  return {
    during: quantile(
      deaths.flatMap((death) => death.during),
      0.99,
    ),
    before: quantile(
      deaths.flatMap((death) => death.before),
      0.99,
    ),
  };
}
