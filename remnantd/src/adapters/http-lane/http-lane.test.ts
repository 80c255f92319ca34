import { testClock } from '../../../test/harness/test-clock.ts';
import { artefactLaneContract } from '../../ports/artefact-lane.contract.ts';
import { LANE_TIMES } from '../../ports/artefact-lane.ts';
import { openHttpLane } from './http-lane.ts';

/** What two kernels may hold between two processes of a machine, and a little. */
const AHEAD = 16 * 2 ** 20;

artefactLaneContract('the lane over HTTP', async () => {
  const clock = testClock();
  const listen = { host: '127.0.0.1', port: 0 };
  const lane = await openHttpLane({ clock, times: LANE_TIMES, listen, url: null, tls: null, ca: () => null });
  return { lane, pass: (ms) => clock.advance(ms + 1), times: LANE_TIMES, ahead: AHEAD };
});
