// What a guest said before it went is told before its going; what happens to others waits for nothing.

import { expect, it } from 'vitest';
import type { GuestEvent, GuestEventKind } from '../drivers/driver.ts';
import { asId, type ServerId } from '../model/ids.ts';
import { EventTurns } from './event-turns.ts';

const one = asId<ServerId>('one');
const two = asId<ServerId>('two');
const event = (guest: ServerId, kind: GuestEventKind): GuestEvent => ({ guest, kind, detail: '', at: 0 });

function bench() {
  const told: string[] = [];
  const heard = Promise.withResolvers<void>();
  const turns = new EventTurns(
    (guest) => (guest === one ? heard.promise : null),
    ({ guest, kind }) => told.push(`${guest} ${kind}`),
  );
  return { told, turns, heard: () => heard.resolve() };
}

it('a reboot waits for the last words, and all behind it waits with it', async () => {
  const { told, turns, heard } = bench();
  turns.event(event(one, 'crashloaded'));
  turns.event(event(one, 'rebooted'));
  turns.event(event(one, 'started'));
  turns.event(event(two, 'rebooted'));
  expect(told).toEqual(['one crashloaded', 'two rebooted']);
  told.push('one says that it saved');
  heard();
  await turns.idle();
  expect(told.slice(2)).toEqual(['one says that it saved', 'one rebooted', 'one started']);
  // Nothing is left to wait for.
  turns.event(event(one, 'paused'));
  expect(told.at(-1)).toBe('one paused');
});

it('with nothing under way, everything is told at once', () => {
  const { told, turns } = bench();
  turns.event(event(two, 'stopped'));
  turns.event(event(two, 'undefined'));
  expect(told).toEqual(['two stopped', 'two undefined']);
});
