// Proves what is told of guests.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { DriverConnection, GuestEvent } from '../driver.ts';
import { ERROR, LIFECYCLE, STATE } from './constants.ts';
import { LibvirtError } from './errors.ts';
import { GuestWatch } from './guest-watch.ts';
import type { Call, DomainRef } from './procedures.ts';
import { decode, encode } from './xdr.ts';

const dom: DomainRef = { name: 'vm', uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f', id: 3 };
const panicked = [LIFECYCLE.VIR_DOMAIN_EVENT_CRASHED, LIFECYCLE.VIR_DOMAIN_EVENT_CRASHED_PANICKED] as const;
const resumed = [LIFECYCLE.VIR_DOMAIN_EVENT_RESUMED, 0] as const;

let events: GuestEvent[];
let connections: DriverConnection[];
let clock: number;
let watch: GuestWatch;
/** A host of one domain, as far as a watch asks about it. */
let host: {
  ours: boolean;
  state: number;
  reason: number;
  looks: number;
  look: () => void;
  open: string[];
};

const call: Call = async (procedure, args) => {
  const answers: Record<string, () => unknown> = {
    DOMAIN_GET_METADATA: () => {
      if (!host.ours) throw new LibvirtError(ERROR.VIR_ERR_NO_DOMAIN_METADATA, 20, 'metadata not found');
      return { metadata: '<x/>' };
    },
    DOMAIN_GET_STATE: () => ({ state: host.state, reason: host.reason }),
    DOMAIN_GET_XML_DESC: () => {
      host.looks += 1;
      host.look();
      return { xml: liveXml(host.open) };
    },
    CONNECT_LIST_ALL_DOMAINS: () => ({ domains: [dom], ret: 1 }),
  };
  encode(procedure.args, args);
  return decode(procedure.ret, encode<unknown>(procedure.ret, answers[procedure.name]?.()));
};

beforeEach(() => {
  events = [];
  connections = [];
  clock = 1_000;
  host = {
    ours: true,
    state: STATE.VIR_DOMAIN_CRASHED,
    reason: STATE.VIR_DOMAIN_CRASHED_PANICKED,
    looks: 0,
    look: () => undefined,
    open: [],
  };
  watch = new GuestWatch({
    listener: { guestEvent: (event) => events.push(event), connection: (each) => connections.push(each) },
    now: () => clock,
    call,
    files: { consoleLog: () => '/c.log', port: (_id, port) => `/ports/${port}` },
  });
});

const told = () => events.map(({ kind, detail }) => `${kind}: ${detail}`);
const tells = (...wanted: string[]) => vi.waitFor(() => expect(told()).toEqual(wanted), { interval: 1 });
/** Lets everything that was begun come to its end. */
const settled = () => new Promise(setImmediate);

test('lifecycle events have kinds, and the words virsh has for them', () => {
  for (let event = 0; event <= 8; event += 1) watch.lifecycle(dom, event, 1);
  watch.lifecycle(dom, 5, 77);
  watch.lifecycle(dom, 99, 0);
  expect(told()).toEqual([
    'defined: Defined Updated',
    'undefined: Undefined Renamed',
    'started: Started Migrated',
    'paused: Suspended Migrated',
    'resumed: Resumed Migrated',
    'stopped: Stopped Destroyed',
    'paused: PMSuspended Disk',
    'crashloaded: Crashed Crashloaded',
    'stopped: Stopped 77',
  ]);
  expect(events[0]).toEqual({ guest: dom.uuid, kind: 'defined', detail: 'Defined Updated', at: 1_000 });
});

test('the resets of one reboot are one event', () => {
  for (const at of [0, 300, 900, 1_800, 2_900]) {
    clock = at;
    watch.reboot(dom);
  }
  expect(events.map(({ at }) => at)).toEqual([0, 2_900]);
});

test('a panic is told once for each time, and the guest is left as it is', async () => {
  watch.lifecycle(dom, ...panicked);
  watch.lifecycle(dom, ...panicked);
  watch.lifecycle(dom, ...resumed);
  watch.lifecycle(dom, ...panicked);
  await tells('panicked: Crashed Panicked', 'resumed: Resumed Unpaused', 'panicked: Crashed Panicked');
});

test('a panic that nobody heard is found after connecting, and told once for each connection', async () => {
  watch.up();
  await tells('panicked: Crashed Panicked (found after connecting)');
  host.state = STATE.VIR_DOMAIN_PAUSED;
  watch.down('gone');
  watch.up();
  await settled();
  expect(events).toHaveLength(1);
  expect(connections).toEqual([
    { up: true, since: 1_000 },
    { up: false, since: 1_000, reason: 'gone' },
    { up: true, since: 1_000 },
  ]);
});

test('of a guest that is not ours no panic is looked for', async () => {
  host.ours = false;
  watch.up();
  await settled();
  expect(told()).toEqual([]);
});

/** The devices of a guest of ours, as libvirt writes them; `open` has the ports that the guest has open. */
function liveXml(open: readonly string[]): string {
  const channel = (port: string, alias: string) => `
    <channel type='pipe'>
      <source path='/ports/${port}'/>
      <target type='virtio' name='remnant.${port}' state='${open.includes(port) ? '' : 'dis'}connected'/>
      <alias name='${alias}'/>
    </channel>`;
  return `<domain>\n  <devices>${channel('status', 'channel1')}${channel('dump', 'channel2')}\n  </devices>\n</domain>`;
}

describe('ports', () => {
  const started = [LIFECYCLE.VIR_DOMAIN_EVENT_STARTED, 0] as const;

  test('are told by their names, in their turn, and looked up once for each boot', async () => {
    watch.port(dom, 'channel1', true);
    watch.port(dom, 'channel2', true);
    watch.port(dom, 'channel0', true);
    watch.port(dom, 'channel2', false);
    watch.port(dom, 'channel2', false);
    await tells('port-opened: status', 'port-opened: dump', 'port-closed: dump');
    watch.port(dom, 'channel1', false);
    expect(told().slice(3)).toEqual(['port-closed: status']);
    expect(host.looks).toBe(1);
    watch.lifecycle(dom, ...started);
    watch.port(dom, 'channel2', true);
    await tells(...told().slice(0, 4), 'started: Started Booted', 'port-opened: dump');
    expect(host.looks).toBe(2);
  });

  test('are closed by a reset, whether QEMU has told that yet or not', async () => {
    watch.port(dom, 'channel2', true);
    watch.reboot(dom);
    await tells('port-opened: dump', 'port-closed: dump', 'rebooted: Rebooted');
    watch.port(dom, 'channel2', false);
    watch.port(dom, 'channel2', true);
    expect(told().slice(3)).toEqual(['port-opened: dump']);
  });

  test('are told from when they were seen, not from when they were looked up', async () => {
    watch.port(dom, 'channel1', true);
    clock = 9_000;
    await tells('port-opened: status');
    expect(events[0]).toEqual({ guest: dom.uuid, kind: 'port-opened', detail: 'status', at: 1_000 });
  });

  test('that changed while nobody heard are found after connecting, and told once', async () => {
    host.state = STATE.VIR_DOMAIN_RUNNING;
    host.open = ['status', 'dump'];
    watch.up();
    await tells('port-opened: status', 'port-opened: dump');
    watch.down('gone');
    host.open = ['status'];
    watch.up();
    await tells('port-opened: status', 'port-opened: dump', 'port-closed: dump');
    watch.port(dom, 'channel1', false);
    expect(told().at(-1)).toBe('port-closed: status');
  });

  test('of a guest that went before they could be looked up are no event', async () => {
    host.look = () => {
      throw new LibvirtError(ERROR.VIR_ERR_NO_DOMAIN, 10, 'Domain not found');
    };
    watch.port(dom, 'channel1', true);
    watch.lifecycle(dom, LIFECYCLE.VIR_DOMAIN_EVENT_STOPPED, 1);
    await tells('stopped: Stopped Destroyed');
  });
});

test('one that was paused by a person is no panic', async () => {
  host.state = STATE.VIR_DOMAIN_PAUSED;
  watch.up();
  await settled();
  expect(events).toEqual([]);
});
