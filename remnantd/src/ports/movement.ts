// Notices that nothing moves. Told of each piece, it costs a note of the time; the clock is asked to call once a bound, not
// once a piece.

import { LaneFault } from './artefact-lane.ts';
import type { Clock } from './clock.ts';

/** Something that moves, or should. */
export interface Movement {
  /** It moved. */
  moved(): void;
  /** When it last did, on the monotonic clock, ms. */
  last(): number;
  stop(): void;
}

/** Calls `stalled`, once, when nothing moved for `stallMs`. */
export function watchMovement(clock: Clock, stallMs: number, stalled: (fault: LaneFault) => void): Movement {
  let last = clock.mono();
  let cancel = () => {};
  const look = () => {
    const left = last + stallMs - clock.mono();
    if (left > 0) cancel = clock.after(left, look);
    else stalled(new LaneFault('stalled', `no byte moved for ${Math.round(stallMs / 1000)} s`));
  };
  look();
  return {
    moved: () => {
      last = clock.mono();
    },
    last: () => last,
    stop: () => cancel(),
  };
}
