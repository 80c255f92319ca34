// A dump of a real guest that hard-stalled: its kernel's last words are taken out of it on the host, and its owner reads them
// over the API and with the command. Nobody else does, and nothing of them is on a disk in plain but for the owner of the state.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { VerdictCloud } from './verdict-cloud.ts';

const root = join(import.meta.dirname, '../../..');
const program = join(root, 'cli/bin/remnant.mjs');
const REASON = 'Kernel panic - not syncing: NMI: Not continuing';
const STALLED = 'RIP: 0010:spin+0xd/0x1000 [hardstall]';

let cloud: VerdictCloud;

beforeAll(async () => {
  const makedumpfile = join(root, 'var/lab/guest/lib/makedumpfile');
  cloud = await VerdictCloud.open({ makedumpfile }, () => Promise.resolve());
}, 300_000);
afterAll(() => cloud.close());

interface Shown {
  readonly id: string;
  readonly evidence: readonly { readonly kind: string; readonly detail: string }[];
  readonly artefacts: readonly {
    readonly id: string;
    readonly dmesg_bytes: number | null;
    readonly extract_error: string | null;
    readonly panic: { readonly kernel: string; readonly reason: string; readonly lines: readonly string[] } | null;
  }[];
}

test('the last words of a stalled kernel reach its owner', { timeout: 600_000 }, async () => {
  const id = await cloud.makeServer('stalled', { image: 'kdump', options: 'kd.stall=hard kd.after=1 kd.end=poweroff' });
  await cloud.consoleSays(id, 'STALL-HARD');
  await cloud.user.act(id, { trigger_crash_dump: null });
  const { id: dumpId } = await cloud.user.dump(id, ({ verdict }) => verdict === 'captured');
  const path = `/remnant/v1/servers/${id}/dumps/${dumpId}`;
  const shown = await waitFor(
    'the kernel log to be taken out',
    async () => {
      const dump = (await cloud.user.ask('GET', path)).body['dump'] as Shown;
      const error = dump.artefacts[0]?.extract_error ?? null;
      if (error !== null) throw new Error(error);
      return dump.artefacts[0]?.dmesg_bytes === null ? null : dump;
    },
    120_000,
    250,
  );
  const [artefact] = shown.artefacts;
  expect(artefact).toMatchObject({ extract_error: null });
  expect(artefact?.dmesg_bytes).toBeGreaterThan(10_000);
  expect(artefact?.panic).toMatchObject({
    reason: REASON,
    kernel: expect.stringMatching(/^6\.1\.\d+-\d+-cloud-amd64$/),
  });
  expect(artefact?.panic?.lines).toContain(STALLED);
  expect(artefact?.panic?.lines.some((line) => line.includes('hardstall_init'))).toBe(true);
  const told = shown.evidence.filter(({ kind }) => kind === 'extract').map(({ detail }) => detail);
  expect(told).toEqual([expect.stringMatching(/^dmesg of \d+ bytes was taken out; the last words/)]);
  expect(JSON.stringify(shown.evidence)).not.toContain('hardstall_init');

  const { status, body } = await cloud.user.ask('GET', `${path}/artefacts/${artefact?.id}/dmesg`);
  expect(status).toBe(200);
  const dmesg = body['dmesg'] as { text: string; bytes: number; truncated: boolean; panic: object };
  expect(dmesg).toMatchObject({ truncated: false, bytes: artefact?.dmesg_bytes, panic: artefact?.panic });
  expect(dmesg.text).toMatch(/^\[ +0\.000000\] Linux version 6\.1\./);
  expect(dmesg.text).toContain(REASON);

  const env = { ...process.env, OS_CLIENT_CONFIG_FILE: join(cloud.state, 'clouds.yaml'), OS_CLOUD: 'owner' };
  const remnant = async (...words: string[]) =>
    (await promisify(execFile)(process.execPath, [program, ...words], { env, maxBuffer: 2 ** 24 })).stdout;
  expect(await remnant('dump', 'dmesg', 'stalled')).toBe(`${dmesg.text.trimEnd()}\n`);
  const drawn = await remnant('dump', 'show', 'stalled');
  expect(drawn).toContain(REASON);
  expect(drawn).toContain(STALLED);
  expect(cloud.log()).not.toContain('hardstall');
});
