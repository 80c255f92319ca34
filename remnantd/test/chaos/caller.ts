// The caller of a chaos run: asks for dumps as fast as it is answered, remembers what was accepted, and takes a dead
// connection for what it is: nobody knows.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../src/db/store.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Life } from './lives.ts';
import { pick } from './random.ts';

/** The image that servers are made from. */
export const IMAGE = '70000000-0000-4000-8000-000000000001';
/** Who asks, and how. */
export const HEADERS = {
  'x-auth-token': 'member',
  'content-type': 'application/json',
  'openstack-api-version': 'compute 2.37',
};
/** Requests under way at a time. */
const LANES = 8;

/** Asks for dumps through many lives of one Remnant. */
export class ChaosCaller {
  /** Requests that were answered 202. */
  readonly acceptedIds = new Set<string>();
  readonly #random: () => number;
  #servers: string[] = [];

  /** Puts the image that servers are made from into `dir`. */
  constructor(dir: string, random: () => number) {
    this.#random = random;
    putImage(dir);
  }

  /** How many requests were accepted. */
  get accepted(): number {
    return this.acceptedIds.size;
  }

  /** Makes `count` servers and waits until they run. */
  async makeServers(url: string, count: number): Promise<void> {
    await waitFor('a first server', async () => (await post(url, '/v2.1/servers', server())).status === 202);
    for (let i = 1; i < count; i += 1) await post(url, '/v2.1/servers', server());
    await waitFor(`${count} running servers`, async () => {
      const response = await fetch(`${url}/v2.1/servers?status=ACTIVE`, { headers: HEADERS });
      const { servers } = (await response.json()) as { servers: { id: string }[] };
      this.#servers = servers.map((one) => one.id);
      return servers.length === count;
    });
  }

  /** Asks again and again until this life is over; gives back the step it died at. */
  async callUntilOver(life: Life): Promise<string | null> {
    const state = { over: false };
    const end = life.over.finally(() => {
      state.over = true;
    });
    const lane = async () => {
      for (let i = 0; i < 60 && !state.over; i += 1) await this.#ask(life.url);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    // It outlived its fate: the next one begins from here.
    if (!state.over) life.kill();
    return end;
  }

  async #ask(url: string): Promise<void> {
    const id = pick(this.#random, this.#servers);
    const response = await post(url, `/v2.1/servers/${id}/action`, { trigger_crash_dump: null }).catch(() => null);
    const requestId = response?.headers.get('x-openstack-request-id');
    if (response?.status === 202 && requestId != null) this.acceptedIds.add(requestId);
    if (response !== null && response.status !== 202 && response.status !== 409) {
      throw new Error(`unexpected ${response.status}: ${await response.text()}`);
    }
  }
}

function server(): object {
  return { server: { name: 'chaos', imageRef: IMAGE, flavorRef: '1', networks: 'none' } };
}

/** Puts the image into the state folder `dir`. */
export function putImage(dir: string): void {
  const image = join(dir, 'images', 'plain');
  mkdirSync(image, { recursive: true });
  for (const part of ['kernel', 'initrd']) writeFileSync(join(image, part), 'simulated');
  writeFileSync(join(image, 'image.yaml'), `id: ${IMAGE}\nname: plain\nkernel: kernel\ninitrd: initrd\n`);
}

/** Sends a POST. */
export function post(url: string, path: string, body: object): Promise<Response> {
  return fetch(url + path, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
}

/** Waits until no command and no dump is open any more. */
export function untilSettled(store: Store, timeoutMs = 60_000): Promise<true> {
  return waitFor(
    'every command and dump to end',
    async () => {
      const open = await store.read.selectFrom('commands').select('id').where('state', '!=', 'done').execute();
      const running = await store.read.selectFrom('dumps').select('id').where('ended_at', 'is', null).execute();
      return open.length === 0 && running.length === 0;
    },
    timeoutMs,
  );
}
