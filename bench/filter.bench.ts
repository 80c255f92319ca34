// What do a filter and an order cost a list? A page of 1,000 out of 100,000 servers, plain and asked for in several ways, in turns.

import { insertServer } from '../remnantd/src/db/servers.ts';
import { asId } from '../remnantd/src/model/ids.ts';
import { openRemnant } from '../remnantd/test/harness/open-remnant.ts';
import { serverRow } from '../remnantd/test/harness/server-rows.ts';
import type { Row } from './report.ts';
import { keep, median, row, table } from './report.ts';

const SERVERS = 100_000;
const PROJECTS = 10;
const PAGE = 1_000;
const ROUNDS = 15;
/** At most so many times the plain list. */
const PROMISED = 2;

/** What of them have the value a filter looks for: half of them, as `status` of most clouds, or more. */
const LISTS: Readonly<Record<string, string>> = {
  'sorted by name': 'sort_key=display_name&sort_dir=asc',
  'of one status, sorted by name': 'status=ACTIVE&sort_key=display_name&sort_dir=asc',
  'of one status, newest first': 'status=ACTIVE',
  'of one flavor and state, oldest first': 'flavor=1&vm_state=active&sort_key=created_at&sort_dir=asc',
  'by a pattern of names, sorted by name': 'name=^s[0-9]&sort_key=display_name&sort_dir=desc',
};

const remnant = await openRemnant({
  before: async (store) => {
    for (let at = 0; at < SERVERS; at += PAGE) {
      await store.transaction(async (tx) => {
        for (let i = at; i < at + PAGE; i += 1) {
          const vmState = i % 2 === 0 ? 'active' : 'stopped';
          // In no order that one of the lists asks for.
          const name = `s${(i * 7_919) % SERVERS}`;
          const projectId = asId<ReturnType<typeof serverRow>['projectId']>(`a${i % PROJECTS}`);
          await insertServer(tx, serverRow({ vmState, name, projectId, createdAt: 1_700_000_000_000 + i }));
        }
      });
    }
  },
});
remnant.clock.freeze();

const read = async (query: string) => {
  const began = performance.now();
  const path = `/v2.1/servers/detail?all_tenants=1&limit=${PAGE}${query === '' ? '' : `&${query}`}`;
  const answer = await remnant.ask({ path, token: 'admin:bench', version: '2.96' });
  if (answer.status !== 200 || answer.body['servers']?.length !== PAGE) throw new Error('not the list asked for');
  return performance.now() - began;
};

const rows: Row[] = [];
const broken: string[] = [];
for (const [name, query] of Object.entries(LISTS)) {
  await read('');
  await read(query);
  const [plain, asked]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(await read(''));
    asked.push(await read(query));
  }
  rows.push(row(`${PAGE} of ${SERVERS} servers, ${name}, p50`, median(asked), 'ms', median(plain)));
  if (median(asked) > PROMISED * median(plain)) broken.push(name);
}
await remnant.close();
table('servers/detail, filtered and sorted, beside the plain list', rows);
keep('filter', rows);
if (broken.length > 0) throw new Error(`more than ${PROMISED} times the plain list: ${broken.join('; ')}`);
