// What an enrolled host gets by asking for its answer elsewhere than in its own inbox, on a real nats-server with the rights that
// the program writes: nothing. A client without our bus plays the host, so that it keeps none of our rules.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readAccess } from '../../src/adapters/nats-bus/access-files.ts';
import type { BusUser } from '../../src/adapters/nats-bus/bus-users.ts';
import { inboxOf } from '../../src/adapters/nats-bus/bus-users.ts';
import { natsBus } from '../../src/adapters/nats-bus/nats-bus.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/remnantd.mjs');
const A = asId<HostName>('a.example');
const B = asId<HostName>('b');
const API = { kind: 'api' } as const;

let dir: string;
let nats: NatsLab;
const path = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'enrollment-replies-'));
  nats = await NatsLab.open();
  // JSON is YAML.
  writeFileSync(path('remnant.yaml'), JSON.stringify({ state_dir: dir }));
  for (const [out, ...who] of [
    ['a', A],
    ['b', B],
    ['api', 'api-1', '--api'],
  ] as const) {
    const words = ['enroll', ...who, '--out', out, '--bus-users', nats.settings, '--reload-pid', nats.pidFile];
    await run(process.execPath, [program, ...words, '--config', path('remnant.yaml')], { cwd: dir });
  }
}, 120_000);
afterAll(async () => {
  await nats?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The bus of a process, reached. */
async function open(file: string, user: BusUser, errors: string[] = []): Promise<Bus> {
  const bus = natsBus({
    servers: [nats.url],
    prefix: 'remnant',
    inbox: inboxOf(user),
    name: file,
    access: () => readAccess({ url: nats.url, credentials: path(file), ca: null, cert: null, key: null }),
    clock: systemClock(),
    onError: (what, error) => errors.push(`${what}: ${(error as Error).message}`),
  });
  onTestFinished(() => bus.close());
  await waitFor('the bus to be up', () => bus.connection().up);
  return bus;
}

/** Host A on a bare connection, and the questions that it is asked. */
async function hostA(): Promise<{
  readonly line: NatsConnection;
  readonly asked: Msg[];
  readonly claim: (reply: string) => void;
}> {
  const line = await connect({
    servers: nats.url,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(readFileSync(path('a'), 'utf8').trim())),
  });
  onTestFinished(() => line.close());
  const asked: Msg[] = [];
  line.subscribe(`remnant.${SUBJECT.query(A)}`, { callback: (_error, message) => void asked.push(message) });
  await line.flush();
  const claim = (reply: string) => line.publish(`remnant.${SUBJECT.from(A, 'claim')}`, '{}', { reply });
  return { line, asked, claim };
}

/** An API process that answers claims, and which were asked. */
async function claimServer(errors: string[]): Promise<{ readonly api: Bus; readonly claims: string[] }> {
  const api = await open('api', API, errors);
  const claims: string[] = [];
  api.serve(SUBJECT.fromAll('claim'), (_message, subject) => {
    claims.push(subject);
    return Promise.resolve({ grant: null });
  });
  await api.settle(5_000);
  return { api, claims };
}

test('a host does not have an API process ring, or tell, somebody else', async () => {
  const errors: string[] = [];
  const { api, claims } = await claimServer(errors);
  const b = await open('b', { kind: 'host', host: B });
  const heard: string[] = [];
  b.subscribe(SUBJECT.ring(B), (_message, subject) => heard.push(subject));
  api.subscribe(SUBJECT.service, (_message, subject) => heard.push(subject));
  await Promise.all([b.settle(5_000), api.settle(5_000)]);
  const { line, claim } = await hostA();

  const replies = [
    `remnant.${SUBJECT.ring(B)}`,
    `remnant.${SUBJECT.service}`,
    `${inboxOf({ kind: 'host', host: B })}.x.1`,
  ];
  for (const reply of replies) claim(reply);
  // Behind them, one as an agent asks it: when that is answered, they were taken.
  const own = `${inboxOf({ kind: 'host', host: A })}.x.1`;
  const answers: string[] = [];
  line.subscribe(own, { callback: (_error, message) => void answers.push(message.string()) });
  claim(own);
  await waitFor('its own answer', () => answers.length > 0);
  await Promise.all([api.settle(5_000), b.settle(5_000)]);
  await api.settle(5_000);
  expect(heard).toEqual([]);
  expect(claims).toEqual([SUBJECT.from(A, 'claim')]);
  expect(answers).toEqual(['{"grant":null}']);
  // Told once.
  expect(errors).toEqual([
    expect.stringMatching(/^a question on host\.a=2eexample\.claim is not answered: .*agent\.b\.ring$/),
  ]);
});

test('a host does not answer what another was asked, whatever it learns from what it is asked itself', async () => {
  const { api } = await claimServer([]);
  const b = await open('b', { kind: 'host', host: B });
  let answer = (_text: string) => {};
  const heldByB = new Promise<string>((resolve) => {
    answer = resolve;
  });
  let askedB = 0;
  b.serve(SUBJECT.query(B), () => {
    askedB += 1;
    return heldByB;
  });
  await b.settle(5_000);
  const { line, asked, claim } = await hostA();

  const first = api.request(SUBJECT.query(A), {}, 20_000);
  await waitFor('a to be asked', () => asked.length > 0);
  const ofB = api.request(SUBJECT.query(B), {}, 20_000);
  await waitFor('b to be asked', () => askedB > 0);
  // The first answer that NATS lets through is that of b, or one of these.
  const reply = asked[0]?.reply ?? '';
  const inbox = reply.slice(0, reply.lastIndexOf('.'));
  expect(inbox).toMatch(/^_INBOX\.api\./);
  for (let n = 0; n < 100; n += 1) claim(`${inbox}.${n.toString(36)}`);
  asked[0]?.respond('"a"');
  expect(await first).toBe('a');
  await line.flush();
  await api.settle(5_000);
  answer('b');
  expect(await ofB).toBe('b');
  expect(reply.slice(inbox.length + 1)).toMatch(/^[\w-]{16}$/);
});
