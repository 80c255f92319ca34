// The authorities that who sends artefacts trusts, from a file that is read at the start and whenever it is asked to be: a bad one
// changes nothing but the log.

import { loadCa } from './pem-files.ts';

const KEY = 'lane.ca';

/** Authorities that can be read again. */
export interface LaneCa {
  /** PEM; null are the usual ones. */
  readonly current: () => Buffer | null;
  /** Reads the file now; `refused` is told why it was not taken. */
  readonly look: (refused: (problem: string) => void) => void;
}

/** Reads `path`; null is none. Throws StartError that names `lane.ca`. */
export function laneCa(path: string | null): LaneCa {
  let current = loadCa(KEY, path);
  return {
    current: () => current,
    look: (refused) => {
      if (path === null) return;
      try {
        current = loadCa(KEY, path);
      } catch (error) {
        refused((error as Error).message);
      }
    },
  };
}
