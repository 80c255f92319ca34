// Proves that a link signs on, tells events, comes back by itself, and refuses calls while it is down.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Link, type LinkListener } from './link.ts';
import { type DomainRef, lifecycleEvent, PROCEDURES, rebootEvent } from './procedures.ts';
import { type Heard, TestPeer } from './test-peer.ts';

const dom: DomainRef = { name: 'vm', uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f', id: 3 };

let peer: TestPeer;
let link: Link;
let told: string[];

const listener: LinkListener = {
  up: () => void told.push('up'),
  down: (reason) => void told.push(`down: ${reason}`),
  lifecycle: (domain, event, detail) => void told.push(`lifecycle ${domain.uuid} ${event} ${detail}`),
  reboot: (domain) => void told.push(`reboot ${domain.name}`),
};

/** Answers what signing on asks, as a daemon that wants no password. */
function daemon(types: readonly number[] = [0]): (heard: Heard) => void {
  const { authList, connectSupportsFeature, connectOpen, eventCallbackRegisterAny, connectGetType } = PROCEDURES;
  const { connectListAllDomains, domainMemoryStats } = PROCEDURES;
  return ({ packet, answer }) => {
    if (packet.procedure === authList.number) answer(authList, { types });
    if (packet.procedure === connectSupportsFeature.number) answer(connectSupportsFeature, { supported: 1 });
    if (packet.procedure === connectOpen.number) answer(connectOpen, undefined);
    if (packet.procedure === eventCallbackRegisterAny.number) answer(eventCallbackRegisterAny, { callbackID: 0 });
    if (packet.procedure === connectListAllDomains.number) answer(connectListAllDomains, { domains: [dom], ret: 1 });
    if (packet.procedure === domainMemoryStats.number) answer(domainMemoryStats, { stats: [] });
    if (packet.procedure === connectGetType.number) answer(connectGetType, { type: 'QEMU' });
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
  expect(peer.heard.map(({ procedure }) => procedure)).toEqual([66, 60, 1, 316, 316, 273, 159]);
  expect(await ask()).toEqual({ type: 'QEMU' });
  peer.say(lifecycleEvent, { callbackID: 0, msg: { dom, event: 8, detail: 0 } });
  peer.say(rebootEvent, { callbackID: 1, msg: { dom } });
  await tells('up', `lifecycle ${dom.uuid} 8 0`, 'reboot vm');
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
  peer.say({ number: 999, message: PROCEDURES.connectOpen.ret }, undefined);
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
