// A hello of an agent that is no more, taken by a process that had stood still: every process believes it, and none for long.

import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/lib/json.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const H = asId<HostName>('host-1');

test('the host presents itself again, and what it does is known again', async () => {
  const cloud = await useCloud({ hosts: ['host-1'] }, NOBODY);
  const { id } = await cloud.addServer({}, 'ignores');
  const known = () => cloud.apis.map(({ hosts }) => hosts.find(H));
  const first = { ...known()[0] };
  const late = { host: H, wire: 1, life: 'an older one', calls: [], offered: { ...first.offered, driver: 'older' } };
  await cloud.bus.request(SUBJECT.from(H, 'hello'), late as unknown as JsonValue, 5_000);
  await waitFor('every process to believe it', () => known().every((host) => host?.offered?.driver === 'older'));
  await waitFor(
    'every process to know better',
    () => {
      // Agents beat and processes look as time passes.
      cloud.advance(1_000);
      return known().every((host) => host?.life === first.life);
    },
    20_000,
    100,
  );
  expect(known().map((host) => [host?.offered?.driver, host?.calls])).toEqual([
    ['sim', first.calls],
    ['sim', first.calls],
  ]);
  for (const api of cloud.apis) expect(api.hosts.isMet(H)).toBe(true);
  const path = `/v2.1/servers/${id}/action`;
  const asked = await cloud.api(0).ask({ method: 'POST', path, token: MEMBER, body: { inject_nmi: null } });
  expect(asked.status).toBe(202);
});
