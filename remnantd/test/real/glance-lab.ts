// A real Glance of a test's own, through the lab's script, alone or behind a real Keystone, and the images that a test puts into
// it. `close` removes all of it.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { KeystoneLab } from './keystone-lab.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'var/lab/glance');
const run = promisify(execFile);
const lab = async (words: readonly [script: string, ...args: string[]], env: Readonly<Record<string, string>> = {}) => {
  const [script, ...args] = words;
  const options = { env: { ...process.env, ...env } };
  return (await run('bash', [join(root, 'lab', script), ...args], options)).stdout.trim();
};

/** An image to be: its data, and what is said of it. */
export interface NewImage {
  readonly name: string;
  /** Null for one whose data is yet to come. */
  readonly data: Buffer | null;
  readonly disk_format: 'qcow2' | 'raw' | 'aki' | 'ari' | 'ami';
  /** Public when left out. */
  readonly visibility?: 'public' | 'private' | 'community' | 'shared';
  /** The rest as Glance's API has it. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A Glance. */
export class GlanceLab {
  readonly #folder: string;
  readonly #keystone: KeystoneLab | null;
  /** Without `/v2`. */
  url = '';

  private constructor(folder: string, keystone: KeystoneLab | null) {
    this.#folder = folder;
    this.#keystone = keystone;
  }

  /** Installs and builds what is missing and starts one: with a Keystone it wants its tokens, without one it wants none. */
  static async open(keystone: KeystoneLab | null = null): Promise<GlanceLab> {
    await lab(['install.sh', 'glance']);
    await lab(['glance.sh', 'build', built]);
    const opened = new GlanceLab(await mkdtemp(join(tmpdir(), 'glance-')), keystone);
    try {
      await opened.up();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** Starts it, where it was before. */
  async up(): Promise<void> {
    const env = this.#keystone === null ? {} : { KEYSTONE: join(this.#keystone.folder, 'admin.env') };
    this.url = await lab(['glance.sh', 'up', built, this.#folder, '0'], env);
  }

  /** Stops it; what it knows stays. */
  async down(): Promise<void> {
    await lab(['glance.sh', 'down', this.#folder]);
  }

  /** Adds an image and its data, and gives its id. */
  async add({ data, disk_format, visibility = 'public', more = {}, name }: NewImage): Promise<ImageId> {
    const container_format = disk_format.startsWith('a') ? disk_format : 'bare';
    const body = JSON.stringify({ name, disk_format, container_format, visibility, ...more });
    const made = await this.#send('/v2/images', 'POST', 'application/json', body);
    const { id } = (await made.json()) as { id: string };
    if (data !== null) await this.#send(`/v2/images/${id}/file`, 'PUT', 'application/octet-stream', data);
    return asId<ImageId>(id);
  }

  /** What Glance says of an image. */
  async show(id: ImageId): Promise<Readonly<Record<string, unknown>>> {
    return (await (await this.#send(`/v2/images/${id}`, 'GET')).json()) as Record<string, unknown>;
  }

  /** Removes an image. */
  async remove(id: ImageId): Promise<void> {
    await this.#send(`/v2/images/${id}`, 'DELETE');
  }

  /** Puts other data where Glance keeps an image's, behind its back. */
  async overwrite(id: ImageId, data: Buffer): Promise<void> {
    await writeFile(join(this.#folder, 'images', id), data);
  }

  /** Stops it and removes all of it. */
  async close(): Promise<void> {
    try {
      await this.down();
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  async #send(path: string, method: string, type?: string, body?: string | Buffer): Promise<Response> {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) };
    const headers = {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(this.#keystone === null ? {} : { 'x-auth-token': await this.#keystone.token(this.#keystone.admin) }),
    };
    const answer = await fetch(`${this.url}${path}`, { method, headers, ...content });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
