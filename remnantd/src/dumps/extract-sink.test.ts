// What a host took out of a file counts for files of that host that are there, as often as it is told, and for nothing else.

import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addArtefactRow } from '../../test/harness/artefact-rows.ts';
import { serverRow } from '../../test/harness/server-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { findArtefact, markDeleted } from '../db/artefacts.ts';
import { evidenceOf } from '../db/dumps.ts';
import { insertServer } from '../db/servers.ts';
import { openStore } from '../db/store.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { extractSink } from './extract-sink.ts';

const HOST = asId<HostName>('host-1');
const PANIC = { kernel: '6.1.0', reason: 'Kernel panic - not syncing: x', lines: ['a line'] };

async function setUp() {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  const server = await store.transaction((tx) => insertServer(tx, serverRow({ host: HOST })));
  const { dumpId, id } = await addArtefactRow(store, server);
  const tell = (seq = 1, host = HOST) =>
    store.transaction((tx) =>
      extractSink(clock)(
        tx,
        { host, journal: 'j' },
        {
          seq,
          server: server.id,
          kind: 'extract',
          detail: 'dmesg was taken out',
          at: 1,
          facts: { extract: { artefact: id, bytes: 9, panic: PANIC, error: null } },
        },
      ),
    );
  const found = async () => {
    const artefact = await findArtefact(store.read, dumpId, id);
    const evidence = await evidenceOf(store.read, dumpId);
    return {
      panic: artefact?.panic,
      bytes: artefact?.dmesgBytes,
      evidence: evidence.map(({ kind, facts }) => [kind, facts]),
    };
  };
  return { clock, store, id, tell, found };
}
const NOTHING = { panic: null, bytes: null, evidence: [] };

it('is kept with the file, and told of its dump without a word of the guest; the same entry counts once', async () => {
  const { tell, found } = await setUp();
  await tell();
  await tell();
  expect(await found()).toEqual({ panic: PANIC, bytes: 9, evidence: [['extract', undefined]] });
});

it('of another host is not taken', async () => {
  const { tell, found } = await setUp();
  await tell(1, asId('host-2'));
  expect(await found()).toEqual(NOTHING);
});

it('of a file that was deleted is not taken', async () => {
  const { store, id, tell, found } = await setUp();
  await store.transaction((tx) => markDeleted(tx, id, 1, null));
  await tell();
  expect(await found()).toEqual(NOTHING);
});
