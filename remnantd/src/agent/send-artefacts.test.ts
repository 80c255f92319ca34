import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { agentBench } from '../../test/harness/agent-bench.ts';
import { artefactBench } from '../../test/harness/artefact-bench.ts';
import { DUMPED } from '../../test/harness/dumped.ts';
import { asId } from '../model/ids.ts';
import { SUBJECT } from '../model/wire.ts';
import { ArtefactSender } from './send-artefacts.ts';

const PIECES = Array.from({ length: 40 }, (_, i) => Buffer.alloc(65_536, i + 1));
const WHOLE = Buffer.concat(PIECES);

async function setUp() {
  const { lane, open } = artefactBench();
  const store = await open();
  const kept = await store.keep(
    { server: DUMPED, source: 'guest', format: 'flattened' },
    (async function* () {
      yield* PIECES;
    })(),
  );
  const errors: string[] = [];
  const sender = new ArtefactSender(store, lane, (what, error) => errors.push(`${what}: ${String(error)}`));
  const ask = (start: number, end: number, ticket: string, artefact = kept.id) =>
    sender.send({ ask: 'send-artefact', artefact, range: { start, end }, ticket });
  return { store, kept, lane, sender, errors, ask };
}

test('the bytes of a range go out under the ticket', async () => {
  const { lane, ask, errors } = await setUp();
  const room = lane.makeRoom();
  await ask(100_000, 300_000, room.ticket);
  expect((await buffer(await room.arrived)).equals(WHOLE.subarray(100_000, 300_000))).toBe(true);
  expect(errors).toEqual([]);
});

test('what is not there is said in the answer, and no byte goes out', async () => {
  const { lane, ask } = await setUp();
  const { ticket } = lane.makeRoom();
  await expect(ask(0, 1, ticket, asId('99999999-9999-4999-8999-999999999999'))).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(ask(0, WHOLE.length + 1, ticket)).rejects.toMatchObject({ code: 'range' });
});

test('an agent that stops in the middle breaks the stream, and sends nothing after that', async () => {
  const { lane, sender, ask, errors } = await setUp();
  const room = lane.makeRoom();
  await ask(0, WHOLE.length, room.ticket);
  const stream = await room.arrived;
  await once(stream, 'readable');
  sender.stop();
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'broken' });
  const late = lane.makeRoom();
  await ask(0, WHOLE.length, late.ticket);
  await expect(late.arrived.then(buffer)).rejects.toMatchObject({ code: 'broken' });
  expect(errors).toEqual([]);
});

test('a reader that went away is no trouble of the host', async () => {
  const { lane, ask, errors, store, kept } = await setUp();
  await ask(0, 10, 'no ticket of ours');
  const room = lane.makeRoom();
  await ask(0, WHOLE.length, room.ticket);
  (await room.arrived).destroy();
  expect(await store.delete(kept.id)).toBe(true);
  expect(errors).toEqual([]);
});

test('an agent answers for artefacts it does not have, and for questions it does not know', async () => {
  const { start, bus } = agentBench();
  await start();
  const ask = (query: object) => bus.request(SUBJECT.query(asId('h')), query as never, 1_000);
  const artefact = '99999999-9999-4999-8999-999999999999';
  expect(await ask({ ask: 'send-artefact', artefact, range: { start: 0, end: 1 }, ticket: 'x' })).toMatchObject({
    ok: false,
    code: 'not-found',
  });
  // What is not there is erased: asked again, the answer is the same.
  expect(await ask({ ask: 'erase-artefact', artefact })).toMatchObject({ ok: true });
  expect(await ask({ ask: 'something newer' })).toMatchObject({ ok: false, code: 'not-implemented' });
});
