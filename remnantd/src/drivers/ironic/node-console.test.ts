// The console of a machine over a socket: what can be seen is said, what it prints is handed on, and what ends it begins it anew.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectedIronic } from '../../../test/harness/ironic-bench.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { asId, type ServerId } from '../../model/ids.ts';
import { ability } from '../driver.ts';

const INSTANCE = asId<ServerId>('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

async function socketConsole() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, sockets, close: () => server.close() };
}

const machine = (console: Record<string, unknown> | null, extra = {}) =>
  connectedIronic((ironic) => {
    ironic.add({ instanceUuid: INSTANCE, console, extra });
  });

it('is seen where it is a socket, beside the power, and the network where an address is known', async () => {
  const { url } = await socketConsole();
  const { driver } = await machine({ type: 'socat', url }, { remnant_ping: '192.0.2.7' });
  expect(await ability(driver, 'followCrash').sight(INSTANCE)).toEqual(['power', 'ping', 'console']);
  for (const other of [null, { type: 'shellinabox', url: 'http://127.0.0.1:1' }, { type: 'socat', url: 'tcp://' }]) {
    const { driver: blind } = await machine(other);
    const follow = ability(blind, 'followCrash');
    expect(await follow.sight(INSTANCE)).toEqual(['power']);
    await expect(follow.followConsole(INSTANCE, () => {})).rejects.toMatchObject({ code: 'failed' });
    await expect(follow.openPort(INSTANCE, 'dump')).rejects.toMatchObject({ code: 'failed' });
  }
});

it('hands on what is printed, in whole letters, also behind an end of the connection', async () => {
  const { url, sockets } = await socketConsole();
  const { driver, told } = await machine({ type: 'socat', url });
  let text = '';
  const stop = await ability(driver, 'followCrash').followConsole(INSTANCE, (more) => {
    text += more;
  });
  await waitFor('the connection', () => sockets.length === 1);
  const word = Buffer.from('Kernel panic ö');
  sockets[0]?.write(word.subarray(0, -1));
  await waitFor('its beginning', () => text === 'Kernel panic ');
  sockets[0]?.write(word.subarray(-1));
  await waitFor('the rest', () => text === 'Kernel panic ö');
  sockets[0]?.destroy();
  await waitFor('another connection', () => sockets.length === 2);
  expect(told()).toEqual(['trouble its console broke off, and what it printed meanwhile was missed']);
  sockets[1]?.write('!');
  await waitFor('what came then', () => text === 'Kernel panic ö!');
  await stop();
  await waitFor('its end', () => sockets[1]?.destroyed === true);
  expect(sockets).toHaveLength(2);
});

it('that nobody serves is a fault, in words about where it should be', async () => {
  const { url, close } = await socketConsole();
  close();
  const { driver } = await machine({ type: 'socat', url });
  await expect(ability(driver, 'followCrash').followConsole(INSTANCE, () => {})).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining(url.replace('tcp://', '')),
  });
});

it('that hangs up without a word again and again is told of, once, and left alone', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { driver, told } = await machine({
    type: 'socat',
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const stop = await ability(driver, 'followCrash').followConsole(INSTANCE, () => {});
  await waitFor('it to be told', () => told().length === 1);
  expect(told()).toEqual(['trouble its console hangs up on whoever reads it, without a word']);
  await stop();
});

it('that greets and hangs up at once is left alone after a while, and that is told', async () => {
  const server = createServer((socket) => socket.end('[SOL established]')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { driver, told } = await machine({ type: 'socat', url: `tcp://127.0.0.1:${port}` });
  const stop = await ability(driver, 'followCrash').followConsole(INSTANCE, () => {});
  const last = 'trouble its console cannot be read any more';
  await waitFor('it to be given up', () => told().at(-1) === last);
  const brokeOff = 'trouble its console broke off, and what it printed meanwhile was missed';
  expect(new Set(told())).toEqual(new Set([brokeOff, last]));
  await stop();
});

it('that takes who reads it and says nothing is told of: it is not one that had nothing to say', async () => {
  const { url, sockets } = await socketConsole();
  const { driver, told } = await machine({ type: 'socat', url });
  const stop = await ability(driver, 'followCrash').followConsole(INSTANCE, () => {});
  await waitFor('it to be told', () => told().length === 1);
  expect(told()).toEqual(['trouble its console has said nothing since it was opened: somebody else may be reading it']);
  expect(sockets).toHaveLength(1);
  await stop();
});
