// Brings the host `host-1` of a Remnant under test into the states that host_status tells apart, as an operator or an
// accident would: through the API, and by silence.

import { expect } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { TestRemnant } from './open-remnant.ts';
import { ADMIN } from './records.ts';
import { waitFor } from './wait-for.ts';

const HOST = asId<HostName>('host-1');

/** Changes its service through PUT /os-services: `{ status }`, `{ forced_down }`. */
export async function markHost(of: TestRemnant, body: object): Promise<void> {
  const id = of.hosts.find(HOST)?.service?.id ?? '';
  const answer = await of.ask({ method: 'PUT', path: `/v2.1/os-services/${id}`, token: ADMIN, version: '2.53', body });
  expect(answer.status).toBe(200);
}

/** Lets it fall silent for longer than it may; the clock stands still from then on, so it stays silent. */
export async function silenceHost(of: TestRemnant): Promise<void> {
  of.clock.freeze();
  // A beat that was on its way may still arrive after the first leap.
  await waitFor('the host to count as silent', () => {
    const silent = !of.hosts.heard(HOST);
    if (!silent) {
      of.clock.leap(3_001);
      // Nobody judges while the clock stands still.
      of.hosts.judge(of.clock.mono());
    }
    return silent;
  });
}
