// Reads the last words of a guest that panicked: what its console gives once it is let go on, until the kernel's last line,
// or silence, or the bound.

import type { FollowCrash } from '../../drivers/driver.ts';
import type { ServerId } from '../../model/ids.ts';
import type { PanicFacts } from '../../model/panic-facts.ts';
import { panicFacts } from '../../model/panic-facts.ts';
import type { Clock } from '../../ports/clock.ts';

/** Times, in ms. */
export interface TextTimes {
  /** Its first word comes within this. */
  readonly first: number;
  /** After this much silence it has said everything. */
  readonly silence: number;
  /** All of it. */
  readonly whole: number;
}

/** Times that suit real guests, also slow ones. */
const TEXT_TIMES: TextTimes = { first: 5_000, silence: 700, whole: 10_000 };

/** More is not kept: a panic is a few KB. */
const MOST_CHARACTERS = 262_144;
/** The kernel's last line, by whether it stands still or reboots by itself (kernel/panic.c). */
const LAST_LINE = /(?:---\[ end Kernel panic - not syncing.*|Rebooting in \d+ seconds\.\.)\s*\n/;

/**
 * What `server` prints once `go` lets it go on; null if that is no panic. Rejects where its console cannot be read, and then
 * `go` was not called; or with what `go` throws.
 */
export async function readPanicText(
  { follow, clock, times = TEXT_TIMES }: { follow: FollowCrash; clock: Clock; times?: TextTimes | undefined },
  server: ServerId,
  go: () => Promise<void>,
): Promise<PanicFacts | null> {
  let text = '';
  let wake = () => {};
  const stop = await follow.followConsole(server, (more) => {
    text = (text + more).slice(-MOST_CHARACTERS);
    wake();
  });
  try {
    await go();
    const end = clock.mono() + times.whole;
    while (!LAST_LINE.test(text)) {
      const patience = Math.min(text === '' ? times.first : times.silence, end - clock.mono());
      const before = text;
      if (patience <= 0) break;
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => {
        const cancel = clock.after(patience, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      wake = () => {};
      if (text === before) break;
    }
    return panicFacts(text);
  } finally {
    await stop().catch(() => {});
  }
}
