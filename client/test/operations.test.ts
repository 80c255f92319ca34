import { expect, test } from 'vitest';
import { OPERATIONS } from '../../remnantd/src/api/operations.ts';
import { ROOT_PREFIXES } from '../../remnantd/src/http/openapi.ts';
import { operations } from '../src/generated/operations.ts';
import type { Call, Transport } from '../src/transport.ts';

type Method = (...args: unknown[]) => Promise<unknown>;

/** Every method's call, by the operation's id, when each is called with `X` for all it wants. */
async function calls(): Promise<Map<string, Call>> {
  const made = new Map<string, Call>();
  const note = (call: Call) => {
    made.set(call.id, call);
    return Promise.resolve({});
  };
  const transport = { ask: note, send: note, act: note, issue: note, open: note } as unknown as Transport;
  const nouns = Object.values(operations(transport)) as Record<string, Method>[];
  await Promise.all(nouns.flatMap((noun) => Object.values(noun)).map((method) => method('X', 'X', 'X')));
  return made;
}

const made = await calls();

test('there are operations', () => {
  expect(OPERATIONS.length).toBeGreaterThan(30);
});

test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s has its method', (id, operation) => {
  const call = made.get(id);
  expect(call).toBeDefined();
  expect(call).toMatchObject({ method: operation.method, ...(operation.since && { since: operation.since }) });
  expect(call?.open === true).toBe(operation.open === true);
  const place = `${ROOT_PREFIXES[operation.root]}${operation.path}`.replaceAll(/\{\w+\}/g, 'X');
  expect(place.endsWith(call?.path ?? 'none')).toBe(true);
  if (operation.action !== undefined) expect(Object.keys(call?.body as object)).toEqual([operation.action]);
});

test('and there is no method without an operation', () => {
  expect([...made.keys()].toSorted()).toEqual(OPERATIONS.map((operation) => operation.id).toSorted());
});
