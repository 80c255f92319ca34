// Enrollment on a real nats-server, through the program as an operator runs it: who is let in, what each may do, and how fast one
// who is revoked is out.

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAccess } from '../../src/adapters/nats-bus/access-files.ts';
import { inboxOf } from '../../src/adapters/nats-bus/bus-users.ts';
import { natsBus } from '../../src/adapters/nats-bus/nats-bus.ts';
import { newNatsUser } from '../../src/adapters/nats-bus/new-user.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/remnantd.mjs');
const A = asId<HostName>('a.example');
const B = asId<HostName>('b');

let dir: string;
let nats: NatsLab;
const buses: Bus[] = [];

const path = (name: string) => join(dir, name);
const config = () => path('remnant.yaml');
const remnantd = (...words: string[]) => run(process.execPath, [program, ...words, '--config', config()], { cwd: dir });
/** The same, with NATS following at once. */
const following = (...words: string[]) =>
  remnantd(...words, '--bus-users', nats.settings, '--reload-pid', nats.pidFile);

/** Opens a bus with the credentials in `file`. */
function open(file: string, host: HostName | null, errors: string[] = []): Bus {
  const bus = natsBus({
    servers: [nats.url],
    prefix: 'remnant',
    inbox: inboxOf(host === null ? { kind: 'api' } : { kind: 'host', host }),
    name: file,
    access: () => readAccess({ url: nats.url, credentials: path(file), ca: null, cert: null, key: null }),
    clock: systemClock(),
    onError: (what, error) => errors.push(`${what}: ${(error as Error).message}`),
  });
  buses.push(bus);
  return bus;
}
const up = (bus: Bus) => waitFor('the bus to be up', () => bus.connection().up);
const refused = (bus: Bus) =>
  waitFor('the refusal', () => !bus.connection().up && /authorization violation/i.test(bus.connection().reason));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'enrollment-'));
  nats = await NatsLab.open();
  // JSON is YAML.
  writeFileSync(config(), JSON.stringify({ state_dir: dir }));
});
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
  await nats.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('who is enrolled', () => {
  it('speaks for himself, is asked and answers, and does nothing in the name of another', async () => {
    await following('enroll', A);
    await following('enroll', B, '--out', 'b.seed');
    await following('enroll', 'api-1', '--api');
    expect(statSync(path('a.example.nk')).mode & 0o777).toBe(0o600);
    expect(statSync(nats.settings).mode & 0o777).toBe(0o600);
    const errors: string[] = [];
    const [api, a, b] = [open('api-1.nk', null), open('a.example.nk', A, errors), open('b.seed', B)];
    await Promise.all([up(api), up(a), up(b)]);
    const beats: [JsonValue, string][] = [];
    api.subscribe(SUBJECT.fromAll('beat'), (...said) => beats.push(said));
    api.serve(SUBJECT.fromAll('claim'), (_message, subject) => Promise.resolve(subject));
    a.serve(SUBJECT.query(A), (message) => Promise.resolve({ asked: message }));
    await Promise.all([api.settle(5_000), a.settle(5_000)]);

    a.publish(SUBJECT.from(A, 'beat'), 'mine');
    expect(await a.request(SUBJECT.from(A, 'claim'), {}, 5_000)).toBe(SUBJECT.from(A, 'claim'));
    expect(await b.request(SUBJECT.from(B, 'claim'), {}, 5_000)).toBe(SUBJECT.from(B, 'claim'));
    for (let n = 0; n < 20; n += 1) expect(await api.request(SUBJECT.query(A), n, 5_000)).toEqual({ asked: n });

    // In the name of another, to another, in the place of an API process, and with another's ears.
    a.publish(SUBJECT.from(B, 'beat'), 'forged');
    await expect(a.request(SUBJECT.from(B, 'claim'), {}, 5_000)).rejects.toMatchObject({ code: 'refused' });
    await expect(a.request(SUBJECT.query(B), {}, 5_000)).rejects.toMatchObject({ code: 'refused' });
    a.publish('api.enrollments', {});
    a.publish(SUBJECT.ring(B), {});
    const deaf = [SUBJECT.fromAll('beat'), SUBJECT.ring(B), SUBJECT.query(B), 'api.enrollments', '>'];
    for (const subject of deaf) a.subscribe(subject, () => expect.unreachable(`heard ${subject}`));
    b.publish(SUBJECT.from(B, 'beat'), 'of b');
    await Promise.all([a.settle(5_000), b.settle(5_000)]);
    await api.settle(5_000);
    expect(beats.toSorted(([, one], [, other]) => one.localeCompare(other))).toEqual([
      ['mine', SUBJECT.from(A, 'beat')],
      ['of b', SUBJECT.from(B, 'beat')],
    ]);
    expect(errors).toHaveLength(3 + 1 + 1 + deaf.length);
    expect(a.connection().up).toBe(true);
  });

  it('reads no answers but his own', async () => {
    await following('enroll', A);
    await following('enroll', B);
    await following('enroll', 'api-1', '--api');
    const errors: string[] = [];
    // With the inbox of another: what he is answered would come in there.
    const thief = natsBus({
      servers: [nats.url],
      prefix: 'remnant',
      inbox: inboxOf({ kind: 'host', host: B }),
      name: 'thief',
      access: () => readAccess({ url: nats.url, credentials: path('a.example.nk'), ca: null, cert: null, key: null }),
      clock: systemClock(),
      onError: (what) => errors.push(what),
    });
    buses.push(thief);
    await up(thief);
    await thief.settle(5_000);
    expect(errors).toEqual([expect.stringMatching(/not permit this process to listen on _INBOX_b\./)]);
  });
});

describe('who is revoked', () => {
  it('is out at once and stays out, told once; nobody else is touched', async () => {
    await following('enroll', A);
    await following('enroll', B);
    await following('enroll', 'api-1', '--api');
    const errors: string[] = [];
    const [api, a, b] = [open('api-1.nk', null), open('a.example.nk', A, errors), open('b.nk', B)];
    await Promise.all([up(api), up(a), up(b)]);
    const told: boolean[] = [];
    for (const bus of [api, b]) bus.onConnection(({ up: now }) => told.push(now));
    const gone = new Promise<number>((resolve) => {
      a.onConnection(({ up: now }) => (now ? undefined : resolve(performance.now())));
    });
    await remnantd('revoke', A, '--bus-users', nats.settings);
    const from = performance.now();
    expect(a.connection().up).toBe(true);
    await nats.signal('SIGHUP');
    // Some milliseconds where nothing else runs.
    expect((await gone) - from).toBeLessThan(5_000);
    await refused(a);
    await expect(a.request(SUBJECT.from(A, 'claim'), {}, 60_000)).rejects.toMatchObject({ code: 'away' });
    expect(errors).toHaveLength(1);
    await Promise.all([api.settle(5_000), b.settle(5_000)]);
    expect(told).toEqual([]);

    // Enrolled again, with a key of its own: the old one is no good.
    await following('enroll', A, '--out', 'a.second');
    await up(open('a.second', A));
    await refused(a);
  });

  it('with a new key in the place of the old one, needs the new one', async () => {
    await following('enroll', A);
    const old = open('a.example.nk', A);
    await up(old);
    await following('enroll', A, '--renew', '--out', 'new.nk');
    await refused(old);
    await up(open('new.nk', A));
    const { stdout } = await remnantd('enrollments');
    expect(stdout.split('\n').filter((line) => line.includes(A))).toHaveLength(2);

    // In the place of the seed that was stolen.
    writeFileSync(path('a.example.nk'), readFileSync(path('new.nk')));
    await following('enroll', A, '--renew');
    expect(readFileSync(path('a.example.nk'), 'utf8')).not.toBe(readFileSync(path('new.nk'), 'utf8'));
    expect(statSync(path('a.example.nk')).mode & 0o777).toBe(0o600);
    expect(existsSync(path('a.example.nk.arriving'))).toBe(false);
    await up(open('a.example.nk', A));
  });

  it('leaves a bus that lets in nobody when he was the last', async () => {
    await following('enroll', A);
    await following('revoke', A);
    await refused(open('a.example.nk', A));
    writeFileSync(path('nobody.nk'), newNatsUser().seed, { mode: 0o600 });
    await refused(open('nobody.nk', A));
  });
});

describe('enrolling', () => {
  it('is refused twice, for what is no name, and where the seed cannot be kept; nothing is changed', async () => {
    await remnantd('enroll', B);
    await expect(remnantd('enroll', B, '--out', 'second')).rejects.toThrow(/is enrolled since/);
    await expect(remnantd('enroll', 'no name')).rejects.toThrow(/is no name/);
    await expect(remnantd('enroll', A, '--out', 'b.nk')).rejects.toThrow(/b\.nk cannot be written: EEXIST/);
    await expect(remnantd('revoke', A)).rejects.toThrow(/is not enrolled/);
    await expect(remnantd('revoke', B, '--bus-users', path('none/users'))).rejects.toThrow(/users cannot be written/);
    await expect(remnantd('revoke', B, '--reload-pid', path('none'))).rejects.toThrow(/none cannot be read/);
    await expect(remnantd('enroll', A, '--bus-users', dir)).rejects.toThrow(/cannot be written: it is a folder/);
    expect(existsSync(path('a.example.nk'))).toBe(false);
    await expect(remnantd('bus-users', '--reload-pid', config())).rejects.toThrow(/holds no process id/);
    expect(existsSync(path('second'))).toBe(false);
    const { stdout } = await remnantd('enrollments');
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^KIND/),
      expect.stringMatching(/^host +b +\S+ +- +U/),
    ]);
  });

  it('says what was done when the rest cannot be, and how to do it; revoking again does it', async () => {
    await following('enroll', B);
    // The file with the process id is good when it is looked at, and bad once the change was made.
    const fifo = path('pid');
    await run('mkfifo', [fifo]);
    const revoking = remnantd('revoke', B, '--bus-users', nats.settings, '--reload-pid', fifo);
    const failing = revoking.catch((error: { stderr: string }) => error.stderr);
    const done = new Promise<string>((resolve) => revoking.child.stdout?.once('data', resolve));
    await writeFile(fifo, readFileSync(nats.pidFile));
    expect(await done).toBe('b is revoked.\n');
    await writeFile(fifo, 'gone');
    const rest = `remnantd bus-users -c ${config()} --out ${nats.settings} --reload-pid ${fifo}`;
    expect(await failing).toContain(`b is revoked, but nats-server was not told: run \`${rest}\``);
    await up(open('b.nk', B));
    expect((await following('revoke', B)).stdout).toMatch(/^b is revoked since \d{4}-\S+Z\.\n$/);
    await refused(open('b.nk', B));
  });

  it('says nothing of API processes that were not told, as long as there may be none', async () => {
    const bus = { url: 'nats://127.0.0.1:1' };
    writeFileSync(config(), JSON.stringify({ state_dir: dir, bus, lane: { listen: '127.0.0.1:8775' } }));
    expect(await remnantd('enroll', 'api-1', '--api')).toMatchObject({ stderr: '' });
    expect((await remnantd('revoke', 'api-1', '--api')).stderr).toMatch(/were not told, and see it within a second/);
  });

  it('keeps the seed out of everything but its file', async () => {
    const { stdout, stderr } = await following('enroll', A);
    const seed = readFileSync(path('a.example.nk'), 'utf8').trim();
    expect(seed).toMatch(/^SU[A-Z2-7]{56}$/);
    const users = await remnantd('bus-users');
    const list = await remnantd('enrollments');
    const database = readFileSync(path('remnant.db')).toString('latin1');
    for (const text of [stdout, stderr, users.stdout, list.stdout, readFileSync(nats.settings, 'utf8'), database])
      expect(text).not.toContain(seed);
  });
});

describe('credentials that others can read', () => {
  it('are not used, and the reason says what to do', async () => {
    await following('enroll', A);
    chmodSync(path('a.example.nk'), 0o644);
    const errors: string[] = [];
    const bus = open('a.example.nk', A, errors);
    await waitFor('the reason', () => bus.connection().reason.includes('chmod 600'));
    expect(errors).toEqual([expect.stringContaining('bus.credentials')]);
    chmodSync(path('a.example.nk'), 0o600);
    await up(bus);
  });
});

describe('TLS', () => {
  it('is spoken where it is configured, with an authority that is trusted, and a certificate where NATS asks for one', async () => {
    const server = makeCertificate(dir, 'server');
    const client = makeCertificate(dir, 'client');
    writeFileSync(
      nats.settings,
      `tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}", ca_file: "${client.certFile}", verify: true, timeout: 10 }`,
    );
    await nats.kill();
    await nats.up();
    const url = nats.url.replace('nats:', 'tls:');
    const bus = (ca: string | null, cert: string | null, key: string | null) => {
      const opened = natsBus({
        servers: [url],
        prefix: 'remnant',
        inbox: inboxOf({ kind: 'api' }),
        name: 'tls',
        access: () => readAccess({ url, credentials: null, ca, cert, key }),
        clock: systemClock(),
        onError: () => {},
      });
      buses.push(opened);
      return opened;
    };
    const good = bus(server.certFile, client.certFile, client.keyFile);
    await up(good);
    await good.settle(5_000);
    const distrusts = bus(null, client.certFile, client.keyFile);
    await waitFor('the distrust', () => /self.signed|certificate/i.test(distrusts.connection().reason));
    const unknown = bus(server.certFile, null, null);
    await waitFor('a refused try', () => unknown.connection().reason.startsWith(url) || unknown.connection().up);
    expect(unknown.connection().up).toBe(false);
  });
});
