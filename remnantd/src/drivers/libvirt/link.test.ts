// Proves that a link signs on, tells events, comes back by itself, and refuses calls while it is down.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ERROR, PACKET, PROGRAM } from './constants.ts';
import { Link, type LinkListener } from './link.ts';
import { type DomainRef, lifecycleEvent, monitorEvent, PROCEDURES, READ_STREAMS, rebootEvent } from './procedures.ts';
import { type Heard, signsOn, TestPeer } from './test-peer.ts';

const dom: DomainRef = { name: 'vm', uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f', id: 3 };

let peer: TestPeer;
let link: Link;
let told: string[];

const listener: LinkListener = {
  up: () => void told.push('up'),
  down: (reason) => void told.push(`down: ${reason}`),
  lifecycle: (domain, event, detail) => void told.push(`lifecycle ${domain.uuid} ${event} ${detail}`),
  reboot: (domain) => void told.push(`reboot ${domain.name}`),
  port: (domain, alias, open) => void told.push(`port ${domain.name} ${alias} ${open}`),
};

/** Answers what signing on asks, as a daemon that wants no password. */
function daemon(types: readonly number[] = [0]): (heard: Heard) => void {
  const { connectGetType } = PROCEDURES;
  return (heard) => {
    if (signsOn(heard, { types, domains: [dom] })) return;
    if (heard.packet.procedure === connectGetType.number) heard.answer(connectGetType, { type: 'QEMU' });
  };
}

beforeEach(async () => {
  peer = await TestPeer.open();
  told = [];
  const reconnect = { firstMs: 1, mostMs: 4 };
  link = new Link({ socketPath: peer.path, uri: 'qemu:///system', reconnect }, listener);
});

afterEach(async () => {
  await link.stop();
  await peer.close();
});

const ask = () => link.call(PROCEDURES.connectGetType, undefined, 5_000);
const tells = (...wanted: unknown[]) => vi.waitFor(() => expect(told).toEqual(wanted), { interval: 1, timeout: 5_000 });

test('signs on, answers calls and tells events', async () => {
  peer.hear = daemon();
  await expect(ask()).rejects.toMatchObject({ asked: 'no' });
  link.start();
  await tells('up');
  expect(peer.heard.map(({ procedure }) => procedure)).toEqual([66, 60, 1, 316, 316, 4, 273, 159]);
  expect(await ask()).toEqual({ type: 'QEMU' });
  peer.say(lifecycleEvent, { callbackID: 0, msg: { dom, event: 8, detail: 0 } });
  peer.say(rebootEvent, { callbackID: 1, msg: { dom } });
  await tells('up', `lifecycle ${dom.uuid} 8 0`, 'reboot vm');
});

const qemuSays = (event: string, details: string | null) =>
  peer.say(monitorEvent, { callbackID: 2, dom, event, seconds: 1n, micros: 2, details });

test('tells ports from what QEMU says, and no more than that', async () => {
  peer.hear = daemon();
  link.start();
  await tells('up');
  qemuSays('RESET', '{"guest":true,"reason":"guest-reset"}');
  for (const details of [null, '[]', '{"open":true}', '{"id":"channel1","open":"yes"}']) {
    qemuSays('VSERPORT_CHANGE', details);
  }
  qemuSays('VSERPORT_CHANGE', '{"open":true,"id":"channel1"}');
  qemuSays('VSERPORT_CHANGE', '{"open":false,"id":"channel1"}');
  await tells('up', 'port vm channel1 true', 'port vm channel1 false');
});

test('does without, where the hypervisor is not QEMU', async () => {
  const answers = daemon();
  peer.hear = (heard) => {
    if (heard.packet.program === PROGRAM.QEMU_PROGRAM) heard.refuse(ERROR.VIR_ERR_NO_SUPPORT, 'not supported');
    else answers(heard);
  };
  link.start();
  await tells('up');
});

test('comes back each time the daemon does, and says so once', async () => {
  peer.hear = daemon();
  link.start();
  await tells('up');
  await peer.vanish();
  await tells('up', expect.stringMatching(/^down: /));
  await expect(ask()).rejects.toMatchObject({ asked: 'no' });
  await peer.listen();
  await tells('up', expect.stringMatching(/^down: /), 'up');
  expect(await ask()).toEqual({ type: 'QEMU' });
});

test('receives what comes behind a call, and is refused it while it is down', async () => {
  const answers = daemon();
  peer.hear = (heard) => {
    const { type, procedure } = heard.packet;
    if (procedure !== READ_STREAMS.domainScreenshot.number) return answers(heard);
    if (type === PACKET.VIR_NET_STREAM) return heard.stream(PACKET.VIR_NET_OK);
    heard.answer(READ_STREAMS.domainScreenshot, { mime: 'image/png' });
    heard.stream(PACKET.VIR_NET_CONTINUE, Buffer.from('all of it'));
    heard.stream(PACKET.VIR_NET_CONTINUE);
  };
  const bounds = { mostBytes: 100, until: new AbortController().signal };
  const look = () => link.receive(READ_STREAMS.domainScreenshot, { dom, screen: 0, flags: 0 }, bounds);
  const none = look();
  await expect(none.whole).rejects.toMatchObject({ asked: 'no', message: expect.stringContaining('no connection') });
  await none.over;
  link.start();
  await tells('up');
  expect(await look().whole).toEqual({ ret: { mime: 'image/png' }, bytes: Buffer.from('all of it') });
});

test('an absent daemon is told once, however often it is tried', async () => {
  await peer.vanish();
  link.start();
  await tells(expect.stringMatching(/^down: .*ENOENT/));
  await peer.listen();
  let tries = 0;
  peer.hear = ({ socket }) => {
    tries += 1;
    socket.destroy();
  };
  await vi.waitFor(() => expect(tries).toBeGreaterThan(3), { interval: 1 });
  expect(told).toHaveLength(1);
});

test('a daemon that wants a password is down, with the reason', async () => {
  peer.hear = daemon([1, 2]);
  link.start();
  await tells('down: libvirtd wants a sign-in that is not known here (types 1, 2)');
});

test('an event that cannot be read ends the connection, and the next one is made', async () => {
  peer.hear = daemon();
  link.start();
  await tells('up');
  peer.say({ program: PROGRAM.REMOTE_PROGRAM, number: 999, message: PROCEDURES.connectOpen.ret }, undefined);
  await tells('up', expect.stringContaining('event 999'), 'up');
});

test('nothing is told after it was stopped, even in the middle of signing on', async () => {
  peer.hear = () => undefined;
  link.start();
  await vi.waitFor(() => expect(peer.heard).toHaveLength(1), { interval: 1 });
  await link.stop();
  expect(told).toEqual([]);
  await expect(ask()).rejects.toMatchObject({ asked: 'no' });
});
