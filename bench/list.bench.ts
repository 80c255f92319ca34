// What does host_status cost? The same list of 1,000 servers, read by one who may see it and one who may not, in turns.

import { randomUUID } from 'node:crypto';
import { insertServer } from '../remnantd/src/db/servers.ts';
import type { HostName } from '../remnantd/src/model/ids.ts';
import { asId } from '../remnantd/src/model/ids.ts';
import { SUBJECT } from '../remnantd/src/model/wire.ts';
import { openRemnant } from '../remnantd/test/harness/open-remnant.ts';
import { serverRow } from '../remnantd/test/harness/server-rows.ts';
import { addService } from '../remnantd/test/harness/service-rows.ts';
import { waitFor } from '../remnantd/test/harness/wait-for.ts';
import type { Row } from './report.ts';
import { keep, median, row, table } from './report.ts';

const SERVERS = 1_000;
const ROUNDS = 40;

const rows: Row[] = [];
for (const hostCount of [10, 1_000]) {
  const hosts = Array.from({ length: hostCount }, (_, i) => asId<HostName>(`h${i}`));
  const remnant = await openRemnant({
    hosts: hosts.slice(0, 1),
    before: async (store) => {
      for (const host of hosts) await addService(store, { id: randomUUID(), host });
      await store.transaction(async (tx) => {
        for (let i = 0; i < SERVERS; i += 1) {
          await insertServer(tx, serverRow({ host: hosts[i % hostCount] ?? null, name: `s${i}` }));
        }
      });
    },
  });
  // Standing still, nothing but the request itself asks the database anything, and every host stays as fresh as it is.
  remnant.clock.freeze();
  for (const host of hosts) {
    remnant.bus.publish(SUBJECT.from(host, 'beat'), { host, life: 'bench', connection: { up: true, reason: '' } });
  }
  await waitFor('every host to be heard', () => hosts.every((host) => remnant.hosts.status(host) === 'UP'));

  const read = async (version: string) => {
    const queries = remnant.store.queries();
    const began = performance.now();
    const answer = await remnant.ask({ path: '/v2.1/servers/detail?all_tenants=1', token: 'admin:bench', version });
    if (answer.status !== 200 || (answer.body['servers']?.length ?? 0) !== SERVERS)
      throw new Error('not the list asked for');
    return { ms: performance.now() - began, queries: remnant.store.queries() - queries };
  };
  await read('2.15');
  await read('2.16');
  const without = [];
  const withStatus = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(await read('2.15'));
    withStatus.push(await read('2.16'));
  }
  const p50 = (reads: readonly { ms: number }[]) => median(reads.map((one) => one.ms));
  const fewest = (reads: readonly { queries: number }[]) => Math.min(...reads.map((one) => one.queries));
  const of = `${SERVERS} servers on ${hostCount} hosts`;
  rows.push(
    row(`${of}: list with host_status, p50`, p50(withStatus), 'ms', p50(without)),
    row(`${of}: queries with host_status`, fewest(withStatus), 'queries', fewest(without)),
  );
  if (fewest(withStatus) !== fewest(without)) throw new Error('host_status costs queries (R4)');
  await remnant.close();
}
table('servers/detail without and with host_status', rows);
keep('list', rows);
