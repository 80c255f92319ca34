// Users at work while every host beats: lists, single servers, crash dumps, on both API processes. No host dies, so whatever is
// shown as UNKNOWN, for however short a time, is false.

import { setTimeout as pause } from 'node:timers/promises';
import { type ScaleCloud, serverId } from './cloud.ts';
import { LIST } from './deaths.ts';
import { type Eye, steadyLists } from './eyes.ts';
import { monoMs } from './mono.ts';

/** How it went. */
export interface LoadNumbers {
  readonly minutes: number;
  /** Stored transitions to UNKNOWN, and looks at a process that showed one. */
  readonly falseUnknown: number;
  readonly lists: readonly number[];
  readonly actions: number;
  /** Those that were accepted and did not end in success. */
  readonly notDone: number;
  /** Share of a core of each API process. */
  readonly cpu: readonly number[];
}

const LIST_MS = 200;
const ACTION_MS = 500;

/** Goes on for `minutes`; crash dumps are asked of the servers `from` and up. */
export async function underLoad(
  cloud: ScaleCloud,
  eyes: readonly [Eye, Eye],
  minutes: number,
  from: number,
): Promise<LoadNumbers> {
  const became = () => cloud.count("select count(*) from host_transitions where to_status = 'UNKNOWN'");
  const transitions = await became();
  const commands = await cloud.count('select coalesce(max(seq), 0) from commands');
  const lists = steadyLists(eyes, LIST, LIST_MS);
  const shows = steadyLists(eyes, `/v2.1/servers/${serverId(from)}`, LIST_MS);
  const cpu = cloud.apis.map((api) => api.cpuMs());
  const began = monoMs();
  const end = began + minutes * 60_000;
  let seen = 0;
  let actions = 0;
  const act = async () => {
    for (; monoMs() < end; actions += 1) {
      const eye = eyes[actions % 2 === 0 ? 0 : 1];
      const path = `/v2.1/servers/${serverId(from + actions)}/action`;
      // oxlint-disable no-await-in-loop -- a steady pace
      const { status, body } = await eye.send({ method: 'POST', path, body: '{"trigger_crash_dump":null}' });
      if (status !== 202) throw new Error(`trigger_crash_dump: ${status} ${body.toString('utf8', 0, 300)}`);
      await pause(ACTION_MS);
      // oxlint-enable no-await-in-loop
    }
  };
  const watch = async (eye: Eye) => {
    while (monoMs() < end) {
      // oxlint-disable-next-line no-await-in-loop
      const { body } = await eye.get('/metrics');
      const unknown = /^remnant_hosts\{status="UNKNOWN"\} (\d+)/m.exec(body.toString('latin1'))?.[1];
      if (unknown === undefined) throw new Error('/metrics says nothing of hosts');
      seen += Number(unknown) > 0 ? 1 : 0;
      // oxlint-disable-next-line no-await-in-loop
      await pause(1_000);
    }
  };
  await Promise.all([act(), ...eyes.map(watch)]);
  const tookMs = monoMs() - began;
  const used = cloud.apis.map((api, i) => (api.cpuMs() - (cpu[i] ?? 0)) / tookMs);
  const [listTimes] = await Promise.all([lists.stop(), shows.stop()]);
  await pause(2_000);
  return {
    minutes: tookMs / 60_000,
    falseUnknown: (await became()) - transitions + seen,
    lists: listTimes,
    actions,
    notDone: await cloud.count(
      "select count(*) from commands where seq > $1 and (outcome is null or outcome not like '%success%')",
      commands,
    ),
    cpu: used,
  };
}
