// Which files of a server may be removed: never those that it has, or may have, whatever became of what was ordered.

import { describe, expect, it } from 'vitest';
import type { CommandRow } from '../../db/commands.ts';
import type { Order, Outcome } from '../../model/command.ts';
import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { staleMakings, supersededMakings } from './stale-makings.ts';

const HERE = { host: asId<HostName>('b') };
const MADE: Outcome = { result: 'success' };
const keeps = (making: string): Outcome => ({ result: 'success', kept: { making: asId<CommandId>(making) } });
const UNKNOWN: Outcome = { result: 'unknown', reason: 'the agent restarted' };
const FAILED: Outcome = { result: 'error', reason: 'no', details: 'no', faultCode: 500 };
const UNTOUCHED: Outcome = { ...FAILED, untouched: true };

/** A command `id` on a host; null: it has no end yet. `never`: its host never took it. */
function command(id: string, host: string, outcome: Outcome | null, more: { kind?: string; never?: true } = {}) {
  const row: CommandRow = {
    seq: 1,
    id: asId<CommandId>(id),
    serverId: asId<ServerId>('s'),
    host: asId<HostName>(host),
    actionSeq: 1,
    event: 'e',
    order: { kind: more.kind ?? 'rebuild' } as Order,
    state: outcome === null ? 'granted' : 'done',
    createdAt: 0,
    epoch: 'e',
    deadline: 0,
    allowedMs: 0,
    answerBy: 0,
    grantedAt: more.never === true ? null : 1,
    grantedTo: null,
    doneAt: null,
    outcome,
  };
  return row;
}

describe('of a server on host b', () => {
  it.each<[string, CommandRow[], string[]]>([
    ['that was never made by us', [], []],
    ['that was made there', [command('1', 'b', MADE, { kind: 'create' })], []],
    ['that other commands were for', [command('1', 'b', MADE), command('2', 'b', MADE, { kind: 'power-off' })], []],
    ['that was made anew there', [command('1', 'a', MADE), command('2', 'b', MADE)], ['1']],
    ['that was taken over there', [command('1', 'a', MADE), command('2', 'b', keeps('1'))], []],
    [
      'that was taken over twice, and made anew in between',
      [command('1', 'b', MADE), command('2', 'a', MADE), command('3', 'b', keeps('2'))],
      ['1'],
    ],
    ['whose rebuild runs', [command('1', 'b', MADE), command('2', 'b', null)], []],
    ['whose rebuild ended nobody knows how', [command('1', 'b', MADE), command('2', 'b', UNKNOWN)], []],
    ['whose rebuild failed half-way', [command('1', 'b', MADE), command('2', 'b', FAILED)], []],
    ['whose rebuild did nothing', [command('1', 'b', MADE), command('2', 'b', UNTOUCHED)], ['2']],
    ['whose rebuild nobody took', [command('1', 'b', MADE), command('2', 'b', FAILED, { never: true })], ['2']],
    ['that is being made elsewhere', [command('1', 'b', MADE), command('2', 'c', null)], []],
    ['whose making elsewhere failed', [command('1', 'b', MADE), command('2', 'c', FAILED)], ['2']],
    ['whose making elsewhere was given up', [command('1', 'b', MADE), command('2', 'c', MADE)], ['2']],
  ])('%s', (_, commands, stale) => {
    expect(staleMakings(commands, HERE)).toEqual(stale);
  });

  it.each<[string, CommandRow[], string[]]>([
    ['what its rebuild may have made, or left', [command('1', 'b', MADE), command('2', 'b', UNKNOWN)], []],
    ['the same, if it failed half-way', [command('1', 'b', MADE), command('2', 'b', FAILED)], []],
    ['what a rebuild makes that its lost host is at', [command('1', 'b', MADE), command('2', 'b', null)], ['1']],
    ['its own, and not what is being made elsewhere', [command('1', 'b', MADE), command('2', 'c', null)], ['2']],
    ['what it took over', [command('1', 'a', MADE), command('2', 'b', keeps('1'))], []],
  ])('another host goes on with %s', (_, commands, superseded) => {
    expect(supersededMakings(commands, HERE)).toEqual(superseded);
  });
});
