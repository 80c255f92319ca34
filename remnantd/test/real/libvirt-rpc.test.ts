// The wire client against a real libvirtd: answers, errors, streams, a thousand calls under way at once, and broken input.

import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connection, openSocket } from '../../src/drivers/libvirt/connection.ts';
import { LibvirtError } from '../../src/drivers/libvirt/errors.ts';
import { pictureOf } from '../../src/drivers/libvirt/picture-format.ts';
import { type DomainRef, PROCEDURES, READ_STREAMS } from '../../src/drivers/libvirt/procedures.ts';
import { LibvirtLab } from './libvirt-lab.ts';

const nobody = { name: 'nobody', uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f', id: -1 };
let lab: LibvirtLab;
let connection: Connection;

beforeAll(async () => {
  lab = await LibvirtLab.open();
  connection = new Connection(await openSocket(lab.socketPath, 5_000), () => undefined);
  expect(await connection.call(PROCEDURES.authList, undefined, 60_000)).toEqual({ types: [0] });
  await connection.call(PROCEDURES.connectOpen, { name: 'qemu:///system', flags: 0 }, 60_000);
});
afterAll(async () => {
  connection.close(new Error('the test is over'));
  await lab.close();
});

test('answers are those virsh gives', async () => {
  const { hostname } = await connection.call(PROCEDURES.connectGetHostname, undefined, 5_000);
  expect(hostname).toBe(await lab.virsh('hostname'));
  const { type } = await connection.call(PROCEDURES.connectGetType, undefined, 5_000);
  expect(type).toBe('QEMU');
  const node = await connection.call(PROCEDURES.nodeGetInfo, undefined, 5_000);
  const info = await lab.virsh('nodeinfo');
  expect(info).toMatch(new RegExp(`^CPU\\(s\\): +${node.cpus}$`, 'm'));
  expect(info).toMatch(new RegExp(`^Memory size: +${node.memory} KiB$`, 'm'));
  expect(info).toMatch(new RegExp(`^CPU model: +${String.fromCodePoint(...node.model).replace(/\0.*$/, '')}$`, 'm'));
});

test("libvirt's errors keep their number, origin and words", async () => {
  const error: unknown = await connection
    .call(PROCEDURES.domainInjectNmi, { dom: nobody, flags: 0 }, 5_000)
    .catch((no: unknown) => no);
  expect(error).toBeInstanceOf(LibvirtError);
  expect(error).toMatchObject({
    code: 42,
    domain: 10,
    message: `Domain not found: no domain with matching uuid '${nobody.uuid}' (nobody)`,
  });
  const define = connection.call(PROCEDURES.domainDefineXmlFlags, { xml: '<domain', flags: 0 }, 5_000);
  await expect(define).rejects.toMatchObject({ name: 'LibvirtError', code: 35 });
});

describe('a stream', () => {
  // libvirt's own driver for tests has one domain, with a picture.
  const MOST = 1_000_000;
  let tests: Connection;
  let dom: DomainRef;

  beforeAll(async () => {
    tests = new Connection(await openSocket(lab.socketPath, 5_000), () => undefined);
    await tests.call(PROCEDURES.authList, undefined, 60_000);
    await tests.call(PROCEDURES.connectOpen, { name: 'test:///default', flags: 0 }, 60_000);
    const { domains } = await tests.call(PROCEDURES.connectListAllDomains, { needResults: 1, flags: 0 }, 5_000);
    const [only] = domains;
    if (only === undefined) throw new Error("libvirt's driver for tests has no domain");
    dom = only;
  });
  afterAll(() => tests.close(new Error('the test is over')));

  const picture = (mostBytes = MOST, until = AbortSignal.timeout(30_000)) =>
    tests.receive(READ_STREAMS.domainScreenshot, { dom, screen: 0, flags: 0 }, { mostBytes, until });
  const isWhole = async () => {
    const { whole, over } = picture();
    const { ret, bytes } = await whole;
    await over;
    expect(pictureOf(ret.mime, bytes).format).toBe('png');
    expect(bytes.equals(await readFile('/usr/share/libvirt/test-screenshot.png'))).toBe(true);
  };

  test('comes whole, one after the other and many at once', async () => {
    await isWhole();
    await Promise.all(Array.from({ length: 20 }, isWhole));
  });

  test('that is too large or given up leaves nothing behind', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const large = picture(1_000);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(large.whole).rejects.toMatchObject({ name: 'StreamError' });
      const control = new AbortController();
      const given = picture(MOST, control.signal);
      if (turn % 2 === 0) control.abort();
      // Its answer may be there by then, its end may not.
      // oxlint-disable-next-line no-await-in-loop
      else await tests.call(PROCEDURES.connectGetHostname, undefined, 5_000);
      control.abort();
      // oxlint-disable-next-line no-await-in-loop
      await given.whole.catch((error: unknown) => expect(error).toMatchObject({ name: 'UnansweredError' }));
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all([large.over, given.over]);
    }
    await isWhole();
  });

  test("that is refused is libvirt's no", async () => {
    const args = { dom: nobody, screen: 0, flags: 0 };
    const until = AbortSignal.timeout(30_000);
    const { whole, over } = connection.receive(READ_STREAMS.domainScreenshot, args, { mostBytes: MOST, until });
    await expect(whole).rejects.toMatchObject({ name: 'LibvirtError', code: 42 });
    await over;
    expect(await connection.call(PROCEDURES.connectGetType, undefined, 5_000)).toEqual({ type: 'QEMU' });
  });
});

const lookUp = (uuid: string) =>
  connection.call(PROCEDURES.domainLookupByUuid, { uuid }, 30_000).catch((error: unknown) => String(error));

test('a thousand calls under way at once are all answered, each with its own answer', async () => {
  const uuids = Array.from(
    { length: 1_000 },
    (_, index) => `00010203-0405-0607-0809-${String(index).padStart(12, '0')}`,
  );
  const answers = await Promise.all(uuids.map(lookUp));
  for (const [index, answer] of answers.entries()) expect(answer).toContain(uuids[index]);
});

test('nonsense breaks the connection that sent it and no other', async () => {
  const socket = connect(lab.socketPath);
  const closed = Promise.withResolvers<void>();
  // It ends in a reset or an end, as the daemon is quick or slow to close.
  socket.on('error', () => undefined);
  socket.on('close', () => closed.resolve());
  socket.resume();
  socket.write(Buffer.from('ffffffffffffffff', 'hex'));
  await closed.promise;
  expect(await connection.call(PROCEDURES.connectGetType, undefined, 5_000)).toEqual({ type: 'QEMU' });
});
