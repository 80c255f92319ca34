// How long from the request to the NMI, and to the outcome on record? One dump after the other, each on a server of its own.

import { openRemnant } from '../remnantd/test/harness/open-remnant.ts';
import { waitFor } from '../remnantd/test/harness/wait-for.ts';
import { keep, median, quantile, row, table } from './report.ts';

const DUMPS = 200;

const remnant = await openRemnant();
const accepted: number[] = [];
const sent: number[] = [];
const recorded: number[] = [];
for (let i = 0; i < DUMPS; i += 1) {
  const server = await remnant.addServer({ name: `s${i}` }, 'panics');
  const began = performance.now();
  const since = remnant.clock.mono();
  const answer = await remnant.ask({
    method: 'POST',
    path: `/v2.1/servers/${server.id}/action`,
    token: `member:${server.projectId}`,
    version: '2.17',
    body: { trigger_crash_dump: null },
  });
  if (answer.status !== 202) throw new Error(`dump ${i}: ${answer.status} ${answer.message}`);
  accepted.push(performance.now() - began);
  await waitFor('the outcome', async () => {
    const rows = remnant.store.read.selectFrom('commands').select('id').where('server_id', '=', server.id);
    return (await rows.where('state', '=', 'done').execute()).length === 1;
  });
  recorded.push(performance.now() - began);
  const nmi = remnant.world.nmis().find((one) => one.guest === server.id);
  if (nmi === undefined) throw new Error('an outcome without an NMI');
  sent.push(nmi.mono - since);
}
await remnant.close();

const answered = median(accepted);
const rows = Object.entries({
  'answered 202': accepted,
  'NMI at the guest': sent,
  'outcome on record': recorded,
}).flatMap(([what, times]) => [
  row(`${what}, p50`, median(times), 'ms', answered),
  row(`${what}, p95`, quantile(times, 0.95), 'ms', answered),
]);
table(`from POST trigger_crash_dump, ${DUMPS} dumps, beside the answer`, rows);
keep('command', rows);
