// The callers of a chaos run: ask for actions at either API process, remember what was accepted, and ask another one only where the
// first has surely not begun. A connection that died is taken for what it is: nobody knows.

import { waitFor } from '../harness/wait-for.ts';
import type { CloudAdmin } from './cloud-admin.ts';
import type { ApiName } from './cloud-config.ts';
import { APIS } from './cloud-config.ts';
import { lasts } from './lasts.ts';
import { pick } from './random.ts';

const CALLERS = 12;
/** The connection was never there, so nothing was asked. */
const NOT_ASKED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
/** How long an answer is waited for, ms: longer than inject_nmi waits. */
const PATIENCE_MS = 15_000;

/** A server, and what may be asked of it. */
export interface Target {
  readonly id: string;
  readonly behaviour: string;
  /** True if it may be paused and stopped, too. */
  readonly changes: boolean;
}

/** An action that was accepted. */
export interface Accepted {
  readonly requestId: string;
  readonly action: string;
  readonly server: string;
}

const DUMPS = ['trigger_crash_dump', 'trigger_crash_dump', 'trigger_crash_dump', 'trigger_crash_dump', 'inject_nmi'];
const CHANGES = [...DUMPS, 'pause', 'unpause', 'unpause', 'os-stop', 'os-start', 'os-start'];

/** Asks for actions. */
export class CloudLoad {
  readonly accepted: Accepted[] = [];
  /** Answers by what they were: a status, or why there was none. */
  readonly answers = new Map<string, number>();
  readonly #user: CloudAdmin;
  readonly #targets: readonly Target[];
  readonly #random: () => number;
  #ended = false;

  constructor(user: CloudAdmin, targets: readonly Target[], random: () => number) {
    this.#user = user;
    this.#targets = targets;
    this.#random = random;
  }

  /** Asks until `end`, each of its callers again every `everyMs` or as soon as it is answered. */
  async run(everyMs: number): Promise<void> {
    const caller = async () => {
      while (!this.#ended) {
        await Promise.all([this.#ask(), lasts(everyMs * (0.5 + this.#random()))]);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
  }

  /** Lets every caller finish what it is at. */
  end(): void {
    this.#ended = true;
  }

  /** Waits until one more was accepted. */
  async more(): Promise<void> {
    const before = this.accepted.length;
    await waitFor('a caller to be answered 202', () => this.accepted.length > before, 60_000, 50);
  }

  async #ask(): Promise<void> {
    const target = pick(this.#random, this.#targets);
    const action = pick(this.#random, target.changes ? CHANGES : DUMPS);
    const first = pick(this.#random, APIS);
    if (await this.#asked(first, target, action)) return;
    await this.#asked(first === 'api1' ? 'api2' : 'api1', target, action);
  }

  /** False when it surely did not begin. */
  async #asked(api: ApiName, target: Target, action: string): Promise<boolean> {
    const call = { json: { [action]: null }, timeoutMs: PATIENCE_MS };
    const given = await this.#user.ask(api, `/v2.1/servers/${target.id}/action`, call);
    const what = given.error ?? String(given.status);
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
    if (given.status === 202) {
      const requestId = given.headers['x-openstack-request-id'] ?? '';
      this.accepted.push({ requestId, action, server: target.id });
    } else if (![0, 400, 409, 503].includes(given.status)) {
      throw new Error(`${api} answered ${given.status} to ${action}: ${given.text}`);
    }
    return given.status !== 503 && !NOT_ASKED.has(given.error ?? '');
  }
}
