// The lane of an API process, as its configuration has it: a listener of its own where hosts are elsewhere, or none where they
// are all in this process. Its certificate is its own, or the APIs', and is followed like theirs.

import type { HttpLane } from '../adapters/http-lane/http-lane.ts';
import { openHttpLane } from '../adapters/http-lane/http-lane.ts';
import { memoryLane } from '../adapters/memory-lane.ts';
import { hostAndPort } from '../config/host-port.ts';
import type { Config } from '../config/sections.ts';
import type { ArtefactLane } from '../ports/artefact-lane.ts';
import { LANE_TIMES } from '../ports/artefact-lane.ts';
import type { Clock } from '../ports/clock.ts';
import { laneCa } from './lane-ca.ts';
import { listenError } from './start-error.ts';
import type { FollowedTls, LoadedTls, TlsNews } from './tls-files.ts';
import { followTls } from './tls-files.ts';

/** A lane, and what is behind it. */
export interface LanePart {
  readonly lane: ArtefactLane;
  /** The APIs have another certificate now. */
  readonly apiTls: (now: LoadedTls) => void;
  /** Looks at its own files now. */
  readonly look: () => void;
  readonly close: () => void;
}

/** How often the files of a certificate are looked at where `tls` does not say it, s. */
const CHECK = 10;

/** Opens it; `apiTls` is the certificate of the APIs, null without. Throws StartError. */
export async function openLane(
  config: Pick<Config, 'lane' | 'tls'>,
  clock: Clock,
  apiTls: LoadedTls | null,
  news: TlsNews,
): Promise<LanePart> {
  const { listen, url, cert, key, ca: caFile } = config.lane;
  if (listen === null) {
    const lane = memoryLane(clock);
    return { lane, apiTls: () => {}, look: () => {}, close: () => lane.close() };
  }
  const ca = laneCa(caFile);
  let lane: HttpLane | null = null;
  const own: FollowedTls | null =
    cert === null || key === null
      ? null
      : followTls(
          { cert, key, check: config.tls?.check ?? CHECK },
          clock,
          {
            loaded: (now) => {
              lane?.setTls(now);
              news.loaded(now);
            },
            refused: news.refused,
          },
          'lane',
        );
  const tls = own?.current() ?? apiTls;
  try {
    const at = hostAndPort(listen);
    lane = await openHttpLane({ clock, times: LANE_TIMES, listen: at, url, tls, ca: ca.current });
  } catch (error) {
    own?.stop();
    throw listenError(error, { host: 'lane.listen', port: 'lane.listen' }, listen);
  }
  const opened = lane;
  return {
    lane: opened,
    apiTls: (now) => {
      if (own === null) opened.setTls(now);
    },
    look: () => {
      own?.look();
      ca.look(news.refused);
    },
    close: () => {
      own?.stop();
      opened.close();
    },
  };
}
