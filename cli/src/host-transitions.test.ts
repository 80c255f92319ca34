// What became of a host: any number of it, either way, in pages of a service that gives fewer at once; and followed.

import type { HostsTransitionsQuery, HostTransition } from '@remnant/client';
import { RemnantConnectionError } from '@remnant/client';
import { expect, test } from 'vitest';
import { EXIT } from './exit.ts';
import type { TransitionsPage } from './host-transitions.ts';
import { evidenceWords, followTransitions, transitionLine, transitionsOf } from './host-transitions.ts';

const AT = '2026-11-21T00:00:00.000000';
const one = (seq: number): HostTransition => ({
  seq,
  host: 'host-1',
  n: seq,
  from: 'UP',
  to: 'UNKNOWN',
  cause: 'silent',
  evidence: {},
  at: AT,
});

/** A service that has these, and gives at most `most` at once, as the real one does; with what it was asked. */
function service(seqs: readonly number[], most = 1_000) {
  const there = [...seqs];
  const asked: HostsTransitionsQuery[] = [];
  const page: TransitionsPage = (query) => {
    asked.push(query);
    const { since = 0, before = Number.POSITIVE_INFINITY, limit = most, order = 'asc' } = query;
    const found = there.filter((seq) => seq > Number(since) && seq < Number(before));
    if (order === 'desc') found.reverse();
    return Promise.resolve(found.slice(0, Math.min(Number(limit), most)).map(one));
  };
  return { there, asked, page };
}

const ALL = Number.POSITIVE_INFINITY;
const seqsOf = (transitions: readonly HostTransition[]) => transitions.map(({ seq }) => seq);

test.each([
  [{ since: null, limit: 3, order: 'desc' }, [9, 8, 5]],
  [{ since: null, limit: 3, order: 'asc' }, [1, 2, 5]],
  [{ since: 2, limit: ALL, order: 'desc' }, [9, 8, 5]],
  [{ since: 2, limit: ALL, order: 'asc' }, [5, 8, 9]],
  [{ since: null, limit: ALL, order: 'desc' }, [9, 8, 5, 2, 1]],
  [{ since: 9, limit: ALL, order: 'desc' }, []],
] as const)('%j, whatever a page has', async (wanted, expected) => {
  for (const most of [1, 2, 1_000]) {
    expect(seqsOf(await transitionsOf(service([1, 2, 5, 8, 9], most).page, wanted)), `${most}`).toEqual(expected);
  }
});

test('so many at once are asked for as are wanted', async () => {
  const { page, asked } = service([1, 2, 3]);
  await transitionsOf(page, { since: null, limit: 2, order: 'desc' });
  expect(asked).toEqual([{ order: 'desc', limit: 2 }]);
});

/** Follows `service`; each look but the first does the next of `then`, and after the last the user presses Ctrl-C. */
async function followed(
  { page, there }: ReturnType<typeof service>,
  begin: { readonly since: number | null; readonly limit: number },
  ...then: readonly (readonly number[] | Error)[]
) {
  const printed: number[] = [];
  const shown: string[] = [];
  /** What a terminal has, in its order: the live line, '' where it is taken away, and numbers that are printed. */
  const screen: (string | number)[] = [];
  let turn = 0;
  let fails: Error | null = null;
  const ended = followTransitions({
    host: 'host-1',
    ...begin,
    page: (query) => {
      if (fails === null) return page(query);
      const error = fails;
      fails = null;
      return Promise.reject(error);
    },
    print: ({ seq }) => {
      printed.push(seq);
      screen.push(seq);
    },
    progress: {
      tell: () => {},
      stands: (text) => void shown.push(text),
      live: (text) => {
        screen.push(text);
        if (text === '') return;
        // The pause before the next look begins.
        const next = then[turn++];
        if (next === undefined) setImmediate(() => process.emit('SIGINT'));
        else if (next instanceof Error) fails = next;
        else there.push(...next);
      },
    },
  });
  const end = await ended.then(
    () => null,
    (error: unknown) => error,
  );
  return { printed, shown, screen, end };
}

test('followed: the last ones oldest first, then each once as it comes, until Ctrl-C says how to go on', async () => {
  const { printed, end } = await followed(service([1, 2, 3, 4], 2), { since: null, limit: 3 }, [], [5], [7, 8, 9]);
  expect(printed).toEqual([2, 3, 4, 5, 7, 8, 9]);
  expect(end).toMatchObject({
    code: EXIT.interrupted,
    message: 'stopped waiting; go on with remnant host transitions host-1 --follow --since 9',
  });
});

test('followed from a number on: all behind it, and those of a host that had none', async () => {
  expect((await followed(service([1, 2, 3]), { since: 1, limit: ALL }, [4])).printed).toEqual([2, 3, 4]);
  expect((await followed(service([]), { since: null, limit: 20 }, [4])).printed).toEqual([4]);
  expect((await followed(service([1, 2]), { since: 2, limit: ALL }, [], [3])).printed).toEqual([3]);
});

test('nothing is printed on the live line', async () => {
  const { screen } = await followed(service([1, 2]), { since: null, limit: 2 }, [3]);
  const live = expect.stringMatching(/^. \d+ s {2}following host-1$/) as unknown;
  expect(screen).toEqual(['', 1, 2, live, '', 3, live, '']);
});

test('a service that is away for a while is asked again, and nothing is missed; another error ends it', async () => {
  const away = await followed(service([1]), { since: null, limit: 9 }, new RemnantConnectionError('away'), [2]);
  expect(away.printed).toEqual([1, 2]);
  expect(away.shown).toEqual(['following host-1', 'following host-1 (away)', 'following host-1']);
  expect((await followed(service([1]), { since: null, limit: 9 }, new Error('refused'))).end).toMatchObject({
    message: 'refused',
  });
});

test('a line says what it stands on, and steers no terminal', () => {
  expect(transitionLine(one(7))).toBe(`${AT}  7  UP > UNKNOWN  silent`);
  const evidence = { heard_ms_ago: 3_001, life: 'x', disabled_reason: 'a\u001b[2J\nfan' };
  expect(transitionLine({ ...one(1), from: '', to: 'UP', cause: 'heard', evidence })).toBe(
    `${AT}  1  - > UP  heard  ms since it was heard: 3001; disabled: a?[2J fan`,
  );
});

test('evidence for people has neither ids nor what is not known, and keeps what it has no words for', () => {
  expect(evidenceWords({ heard_ms_ago: null, life: 'x', forced_by: 'admin', forced_at: AT, more: [1] })).toBe(
    'forced down by admin; more [1]',
  );
});
