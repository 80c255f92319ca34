// A picture that was taken is kept and told of before anybody may let go of the files.

import { expect, it, onTestFinished } from 'vitest';
import { artefactBench } from '../../../test/harness/artefact-bench.ts';
import { simBench } from '../../../test/harness/sim-bench.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Evidence } from '../../model/wire.ts';
import { VitalsKeeper } from './vitals-keeper.ts';

const SERVER = asId<ServerId>('8f6f0c9e-58c4-4d3c-8a57-0d7a56a7a3b1');
const COMMAND = asId<CommandId>('c1');

it('is idle when the picture is told of, and not before', async () => {
  const { clock, open } = artefactBench();
  const { driver } = await simBench(clock, [{ id: SERVER, name: 'g' }]);
  const store = await open();
  const seen: Omit<Evidence, 'seq'>[] = [];
  const errors: unknown[] = [];
  onTestFinished(() => expect(errors).toEqual([]));
  const keeper = new VitalsKeeper({
    driver,
    clock,
    store,
    append: async (entry) => void seen.push(entry),
    see: (entry) => seen.push(entry),
    onError: (_, error) => errors.push(error),
  });
  await keeper.note(SERVER, COMMAND);
  keeper.ended(SERVER, COMMAND);
  expect(seen.map(({ kind }) => kind)).toEqual(['vitals']);
  await keeper.idle();
  const [kept] = store.list();
  expect(seen[1]).toMatchObject({ kind: 'picture', command: COMMAND, facts: { artefact: { id: kept?.id } } });
});
