// The kernel's log out of a dump, over the API: to its owner and to nobody else, harmless, capped, each time in the audit; and
// the last words of the kernel beside the file they are out of.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Taken } from '../../src/agent/extract/take-dmesg.ts';
import { auditPage } from '../../src/db/audit.ts';
import type { Dumped } from '../harness/artefact-rig.ts';
import { awayHosts, dumpAgain, dumpedServer, overDump, shown } from '../harness/artefact-rig.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { recordedPanic } from '../harness/recorded.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const RECORDED = recordedPanic('dmesg-nmi-stalled.txt');
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u202e';
const took = (text: string): Taken => ({ ok: true, bytes: Buffer.byteLength(text), text: Buffer.from(text) });

const hosts = awayHosts();
let answer: Taken = took(`${HOSTILE}${RECORDED}`);
let held: Promise<void> | null = null;
const remnant = useRemnant({
  bus: hosts.wrap,
  openDmesg: () =>
    Promise.resolve(async () => {
      await held;
      return answer;
    }),
});
let dumped: Dumped;

/** The file of a dump as it is shown, once something was taken out of it. */
async function extracted({ id, dumpId }: Dumped): Promise<Body> {
  return waitFor('the log to be taken out', async () => {
    remnant().clock.advance(1_000);
    const [file] = await shown(remnant(), id, dumpId);
    return file !== undefined && (file['dmesg_bytes'] ?? file['extract_error']) !== null && file;
  });
}

beforeAll(async () => {
  dumped = await dumpedServer(remnant());
  await extracted(dumped);
}, 60_000);

const dmesg = (token: string = MEMBER): Promise<Answer> => {
  const { id, dumpId, artefact } = dumped;
  return remnant().ask({ path: `/remnant/v1/servers/${id}/dumps/${dumpId}/artefacts/${artefact['id']}/dmesg`, token });
};
const show = async (token: string) =>
  (await remnant().ask({ path: `/remnant/v1/servers/${dumped.id}/dumps/${dumped.dumpId}`, token })).body['dump'];

test('it is the text, harmless, with what the kernel said as it died', async () => {
  const { status, body, headers } = await dmesg();
  expect([status, headers['cache-control']]).toEqual([200, 'private, no-store']);
  expect(body['dmesg']).toEqual({
    text: RECORDED.replaceAll('\t', ' '),
    bytes: Buffer.byteLength(HOSTILE + RECORDED),
    truncated: false,
    panic: expect.objectContaining({
      kernel: '6.1.0-56-cloud-amd64',
      reason: 'Kernel panic - not syncing: NMI: Not continuing',
      lines: expect.arrayContaining(['RIP: 0010:spin+0xd/0x1000 [hardstall]']),
    }),
  });
});

test('nobody but members of its project reads it: not even an admin of the cloud', async () => {
  const answers = {
    admin: ADMIN,
    reader: 'ann:a1a1a1a1:reader',
    stranger: STRANGER,
    'an admin of the project itself': 'admin:a1a1a1a1',
  };
  const found = Object.fromEntries(
    await Promise.all(Object.entries(answers).map(async ([who, token]) => [who, (await dmesg(token)).status])),
  );
  expect(found).toEqual({ admin: 403, reader: 403, stranger: 404, 'an admin of the project itself': 200 });
});

test('the file shows the last words to members of its project, and to nobody else', async () => {
  const panicOf = async (token: string) => (await show(token))?.['artefacts']?.[0]?.['panic'];
  expect(await panicOf(MEMBER)).toMatchObject({ reason: 'Kernel panic - not syncing: NMI: Not continuing' });
  for (const token of [ADMIN, 'ann:a1a1a1a1:reader']) {
    const seen = await show(token);
    expect(seen?.['artefacts']?.[0]).toMatchObject({
      dmesg_bytes: Buffer.byteLength(HOSTILE + RECORDED),
      extract_error: null,
    });
    expect(JSON.stringify(seen)).not.toMatch(/hardstall|Not continuing/);
  }
});

test('what was taken out is in the evidence of its dump, without a word of the guest', async () => {
  const evidence = (await show(MEMBER))?.['evidence'] as unknown as readonly { kind: string; detail: string }[];
  expect(evidence.filter(({ kind }) => kind === 'extract').map(({ detail }) => detail)).toEqual([
    `dmesg of ${Buffer.byteLength(HOSTILE + RECORDED)} bytes was taken out; the last words of its kernel are in it`,
  ]);
});

test('each reading is in the audit, and that others tried', async () => {
  const target = `server ${dumped.id}`;
  const entries = async () => {
    const page = await auditPage(remnant().store.read, { before: null, limit: 50, requestId: null, target });
    return page.filter(({ operation }) => operation === 'artefacts.dmesg');
  };
  await Promise.all([dmesg(ADMIN), dmesg(STRANGER)]);
  const before = await entries();
  const { headers } = await dmesg();
  const [entry, ...others] = await entries();
  expect(others).toEqual(before);
  expect(entry).toMatchObject({ result: 'done', requestId: headers['x-openstack-request-id'] });
  expect(JSON.parse(entry?.detail ?? '')).toEqual({ dump: dumped.dumpId, artefact: dumped.artefact['id'] });
  await waitFor('a refusal', async () => (await entries()).some(({ result }) => result === 'refused'));
});

test('a host that is away is 503, and nothing is in the audit', async () => {
  hosts.state.away = true;
  try {
    const { status, headers } = await dmesg();
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  } finally {
    hosts.state.away = false;
  }
});

describe('another dump', () => {
  const again = async () => {
    await overDump(remnant(), dumped);
    dumped = await dumpAgain(remnant(), dumped.id);
    return dumped;
  };

  test('with a log longer than what is told: its end, and it says so', { timeout: 60_000 }, async () => {
    const long = `${'[    1.000000] a line that comes again and again\n'.repeat(10_000)}[    2.000000] the end`;
    answer = took(long);
    await extracted(await again());
    const { body } = await dmesg();
    const found = body['dmesg'] as unknown as { text: string; bytes: number; truncated: boolean; panic: null };
    expect(found).toMatchObject({ bytes: long.length, truncated: true, panic: null });
    expect(found.text.length).toBe(256 * 1024);
    expect(long.endsWith(found.text)).toBe(true);
  });

  test('that is over when its log is taken out has it all the same', { timeout: 60_000 }, async () => {
    answer = took(RECORDED);
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const late = await again();
    await overDump(remnant(), late);
    const before = await dmesg();
    expect([before.status, JSON.stringify(before.body)]).toEqual([
      404,
      expect.stringContaining('No kernel log was taken out'),
    ]);
    release();
    held = null;
    expect((await extracted(late))['panic']).toMatchObject({ kernel: '6.1.0-56-cloud-amd64' });
    expect((await dmesg()).status).toBe(200);
  });

  test('that gives none says why, and so does asking for it', { timeout: 60_000 }, async () => {
    const reason = 'makedumpfile is not on the host: install the package makedumpfile';
    answer = { ok: false, fault: 'host', reason };
    const file = await extracted(await again());
    expect(file).toMatchObject({ dmesg_bytes: null, extract_error: reason, panic: null });
    const { status, body } = await dmesg();
    expect([status, JSON.stringify(body)]).toEqual([404, expect.stringContaining(reason)]);
  });

  test('that was deleted is 410', async () => {
    await remnant().ask({ method: 'DELETE', path: dumped.path, token: MEMBER });
    expect((await dmesg()).status).toBe(410);
  });
});
