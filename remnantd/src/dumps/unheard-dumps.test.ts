// A bound that is over while the host is not heard: the host gets time to come back and tell, and no more than that.

import { expect, test } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import type { DumpId, HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { UnheardDumps } from './unheard-dumps.ts';

const DUMP = { id: asId<DumpId>('d'), host: asId<HostName>('h') };

function setUp() {
  const clock = testClock();
  clock.freeze();
  let heard = true;
  const dumps = new UnheardDumps(clock, (host) => heard && host === DUMP.host);
  return { clock, dumps, hear: (now: boolean) => (heard = now) };
}

test('a host that is heard has told what there is to tell', () => {
  const { dumps } = setUp();
  expect(dumps.stands(DUMP)).toBe('seen');
});

test('one that is not is waited for; back again, it gets time to tell what it saw', () => {
  const { clock, dumps, hear } = setUp();
  hear(false);
  expect(dumps.stands(DUMP)).toBe('waits');
  clock.leap(60_000);
  hear(true);
  expect(dumps.stands(DUMP)).toBe('waits');
  clock.leap(4_000);
  expect(dumps.stands(DUMP)).toBe('waits');
  clock.leap(1_001);
  expect(dumps.stands(DUMP)).toBe('seen');
});

test('its time to tell begins anew when it is lost again', () => {
  const { clock, dumps, hear } = setUp();
  hear(false);
  dumps.stands(DUMP);
  hear(true);
  dumps.stands(DUMP);
  clock.leap(4_000);
  hear(false);
  dumps.stands(DUMP);
  hear(true);
  dumps.stands(DUMP);
  clock.leap(4_000);
  expect(dumps.stands(DUMP)).toBe('waits');
});

test('it is not waited for for ever', () => {
  const { clock, dumps, hear } = setUp();
  hear(false);
  dumps.stands(DUMP);
  clock.leap(119_000);
  expect(dumps.stands(DUMP)).toBe('waits');
  clock.leap(1_001);
  expect(dumps.stands(DUMP)).toBe('unwatched');
});

test('a dump that is over is forgotten', () => {
  const { clock, dumps, hear } = setUp();
  hear(false);
  dumps.stands(DUMP);
  clock.leap(120_001);
  dumps.keep([DUMP]);
  expect(dumps.stands(DUMP)).toBe('unwatched');
  dumps.keep([]);
  expect(dumps.stands(DUMP)).toBe('waits');
});
