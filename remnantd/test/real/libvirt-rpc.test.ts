// The wire client against a real libvirtd: answers, errors, a thousand calls under way at once, and broken input.

import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connection, openSocket } from '../../src/drivers/libvirt/connection.ts';
import { LibvirtError } from '../../src/drivers/libvirt/errors.ts';
import { PROCEDURES } from '../../src/drivers/libvirt/procedures.ts';
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
