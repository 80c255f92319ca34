// What a program may do beside a newer one, by the names alone.

import { expect, it } from 'vitest';
import type { SchemaState } from './schema-state.ts';
import { compareSchema } from './schema-state.ts';

const KNOWN = ['1', '2', '3'];
const row = (name: string, needs: string | null = '1') => ({ name, needs });
const ALL = KNOWN.map((name) => row(name));

it.each<[string, readonly { name: string; needs: string | null }[], SchemaState]>([
  ['nothing was applied', [], 'older'],
  ['one is missing', ALL.slice(0, 2), 'older'],
  ['all were applied', ALL, 'current'],
  ['all were applied, by a program that said nothing', KNOWN.map((name) => row(name, null)), 'current'],
  ['one was added that needs nothing of us', [...ALL, row('4', '2')], 'newer'],
  ['one was added that needs what we do not know', [...ALL, row('4', '4')], 'too-new'],
  ['one was added of which nobody said anything', [...ALL, row('4', null)], 'too-new'],
  ['one was added beside one that we cannot work with', [...ALL, row('4', '4'), row('5', '1')], 'too-new'],
  ['one was added, and one of ours is missing', [...ALL.slice(0, 2), row('4', '1')], 'too-new'],
])('%s', (_what, applied, state) => {
  expect(compareSchema(applied, KNOWN)).toBe(state);
});
