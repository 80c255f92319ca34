// A host whose one guest crashes, for tests: a watch over it on a clock that stands still, real files, and all that is told.

import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Caps } from '../../src/agent/capture/artefact-store.ts';
import { CrashWatch } from '../../src/agent/crash-watch.ts';
import { WATCH_TIMES } from '../../src/agent/watch/watch-deps.ts';
import type { GuestEventKind } from '../../src/drivers/driver.ts';
import type { EvidenceFacts, EvidenceKind } from '../../src/model/wire.ts';
import { artefactBench } from './artefact-bench.ts';
import { DUMPED } from './dumped.ts';
import { fakeFollow } from './fake-follow.ts';
import { waitFor } from './wait-for.ts';

/** What a manifest must say of `bytes`. */
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Told {
  readonly kind: EvidenceKind;
  readonly detail: string;
  readonly facts: EvidenceFacts | undefined;
}

/** A host with one guest on a clock that stands still; watches are started one after the other. */
export function crashBench() {
  const host = artefactBench();
  host.clock.freeze();
  const guest = fakeFollow();
  const told: Told[] = [];
  const errors: string[] = [];
  let watch: CrashWatch | null = null;
  const start = async (caps: Partial<Caps> = {}, follow: typeof guest.follow | undefined = guest.follow) => {
    const store = await host.open({ caps });
    watch = new CrashWatch({
      follow,
      store,
      clock: host.clock,
      times: WATCH_TIMES,
      tell: (_, kind, detail, facts) => told.push({ kind, detail, facts }),
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
    watch.start();
    watch.connected();
    return { store, watch };
  };
  onTestFinished(() => watch?.stop());
  return {
    ...host,
    guest,
    told,
    errors,
    start,
    event: (kind: GuestEventKind, detail = '') => watch?.event({ guest: DUMPED, kind, detail, at: 0 }),
    /** An NMI as the agent sends one; gives the words of the look. */
    nmi: async (latched = false) => {
      const look = watch?.look(DUMPED);
      const sight = await look?.sight;
      watch?.asked(DUMPED, latched);
      await look?.following;
      watch?.ended(DUMPED, true);
      return sight;
    },
    kinds: () => told.map(({ kind }) => kind),
    /** Waits until `kind` was told `times` times, and gives the last of them. */
    until: (kind: EvidenceKind, times = 1) =>
      waitFor(`${times} ${kind}`, () => {
        const found = told.filter((entry) => entry.kind === kind);
        return found.length >= times && found.at(-1);
      }),
    /** Waits until the guest's dump port is read and nothing waits in it. */
    drained: () => waitFor('the port to be drained', () => guest.ports.dump.isRead && guest.ports.dump.waiting === 0),
  };
}
