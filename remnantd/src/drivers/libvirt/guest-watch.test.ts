// Proves what is told of guests, and that only guests of ours are ever resumed, once for each panic.

import { beforeEach, expect, test, vi } from 'vitest';
import type { DriverConnection, GuestEvent } from '../driver.ts';
import { ERROR, LIFECYCLE, STATE } from './constants.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
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
let host: { ours: boolean; state: number; reason: number; resumes: number; resume: () => void };

const call: Call = async (procedure, args) => {
  const answers: Record<string, () => unknown> = {
    DOMAIN_GET_METADATA: () => {
      if (!host.ours) throw new LibvirtError(ERROR.VIR_ERR_NO_DOMAIN_METADATA, 20, 'metadata not found');
      return { metadata: '<x/>' };
    },
    DOMAIN_GET_STATE: () => ({ state: host.state, reason: host.reason }),
    CONNECT_LIST_ALL_DOMAINS: () => ({ domains: [dom], ret: 1 }),
    DOMAIN_RESUME: () => {
      host.resumes += 1;
      host.resume();
    },
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
    resumes: 0,
    resume: () => {
      host.state = STATE.VIR_DOMAIN_RUNNING;
      watch.lifecycle(dom, ...resumed);
    },
  };
  watch = new GuestWatch({
    listener: { guestEvent: (event) => events.push(event), connection: (each) => connections.push(each) },
    now: () => clock,
    call,
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

test('a panicked guest of ours is resumed once, and the event says why', async () => {
  watch.lifecycle(dom, ...panicked);
  const letOut = 'resumed: Resumed Unpaused (to let out the text of its panic)';
  await tells('panicked: Crashed Panicked', letOut);
  watch.lifecycle(dom, ...resumed);
  await tells('panicked: Crashed Panicked', letOut, 'resumed: Resumed Unpaused');
  expect(host.resumes).toBe(1);
});

test('a guest that is not ours is told of and left alone', async () => {
  host.ours = false;
  watch.lifecycle(dom, ...panicked);
  watch.up();
  await settled();
  expect(told()).toEqual(['panicked: Crashed Panicked']);
  expect(host.resumes).toBe(0);
});

test('one that somebody else resumed meanwhile is not resumed again', async () => {
  host.state = STATE.VIR_DOMAIN_RUNNING;
  watch.lifecycle(dom, ...panicked);
  await settled();
  expect(host.resumes).toBe(0);
});

test('a resume that fails leaves no trace on a later one', async () => {
  host.resume = () => {
    throw new LibvirtError(ERROR.VIR_ERR_OPERATION_INVALID, 20, 'domain is not running');
  };
  watch.lifecycle(dom, ...panicked);
  await vi.waitFor(() => expect(host.resumes).toBe(1), { interval: 1 });
  await settled();
  watch.lifecycle(dom, ...resumed);
  expect(told()).toEqual(['panicked: Crashed Panicked', 'resumed: Resumed Unpaused']);
});

test('a panic that nobody heard is found after connecting, and told once', async () => {
  watch.up();
  await tells(
    'panicked: Crashed Panicked (found after connecting)',
    'resumed: Resumed Unpaused (to let out the text of its panic)',
  );
  watch.down('gone');
  watch.up();
  await settled();
  expect(events).toHaveLength(2);
  expect(connections).toEqual([
    { up: true, since: 1_000 },
    { up: false, since: 1_000, reason: 'gone' },
    { up: true, since: 1_000 },
  ]);
});

test('a panic heard before libvirt could be asked is told once, and its text let out when it can', async () => {
  host.resume = () => {
    throw new UnansweredError('no', 'there is no connection to libvirtd');
  };
  watch.lifecycle(dom, ...panicked);
  await vi.waitFor(() => expect(host.resumes).toBe(1), { interval: 1 });
  host.resume = () => watch.lifecycle(dom, ...resumed);
  watch.up();
  await tells('panicked: Crashed Panicked', 'resumed: Resumed Unpaused (to let out the text of its panic)');
});

test('one that was paused by a person is no panic', async () => {
  host.state = STATE.VIR_DOMAIN_PAUSED;
  watch.up();
  await settled();
  expect(events).toEqual([]);
});
