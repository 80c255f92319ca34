import { testClock } from '../../test/harness/test-clock.ts';
import { artefactLaneContract } from '../ports/artefact-lane.contract.ts';
import { LANE_TIMES } from '../ports/artefact-lane.ts';
import { memoryLane } from './memory-lane.ts';

artefactLaneContract('the lane of one process', () => {
  const clock = testClock();
  const pass = (ms: number) => clock.advance(ms + 1);
  return Promise.resolve({ lane: memoryLane(clock), pass, times: LANE_TIMES, ahead: 2 ** 20 });
});
