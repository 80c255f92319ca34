// The certificate and key that are served, from files: checked before they are used, looked at again and again, and put in
// place of the old ones when they have changed and are good. Bad ones change nothing but the log.

import { createPrivateKey } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Config } from '../config/sections.ts';
import type { TlsMaterial } from '../http/limits.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import { certificateIn, parsedAs, readNamed } from './pem-files.ts';
import { StartError } from './start-error.ts';

/** What can be served, and until when (ms since 1970). */
export interface LoadedTls extends TlsMaterial {
  readonly ends: number;
}

type TlsConfig = NonNullable<Config['tls']>;
/** Readable by everybody: a private key is none then. */
const OTHERS_READ = 0o004;

/** Reads and checks both files. Throws StartError naming the key of the configuration, in its section `section`. */
export function loadTls({ cert: certFile, key: keyFile }: Pick<TlsConfig, 'cert' | 'key'>, section = 'tls'): LoadedTls {
  const cert = readNamed(`${section}.cert`, certFile);
  const key = readNamed(`${section}.key`, keyFile);
  if ((statSync(keyFile).mode & OTHERS_READ) !== 0) {
    throw new StartError(`${section}.key: ${keyFile} is readable by everybody: chmod o-r it, and think of a new key`);
  }
  const certificate = certificateIn(`${section}.cert`, certFile, cert);
  const privateKey = parsedAs(`${section}.key`, keyFile, 'a PEM private key without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new StartError(`${section}.key: ${keyFile} is not the key of the certificate in ${certFile}`);
  }
  return { cert, key, ends: Date.parse(certificate.validTo) };
}

/** Certificate files that are followed. */
export interface FollowedTls {
  /** What is served now. */
  current(): LoadedTls;
  /** Looks at the files now. */
  look(): void;
  stop(): void;
}

/** Told what became of a change. */
export interface TlsNews {
  readonly loaded: (now: LoadedTls) => void;
  readonly refused: (problem: string) => void;
}

/** Loads, and follows the files until it is stopped. Throws StartError if they are bad to begin with. */
export function followTls(config: TlsConfig, clock: Clock, news: TlsNews, section = 'tls'): FollowedTls {
  let current = loadTls(config, section);
  let lastProblem = '';
  const look = () => {
    try {
      const next = loadTls(config, section);
      lastProblem = '';
      if (next.cert.equals(current.cert) && next.key.equals(current.key)) return;
      current = next;
      news.loaded(next);
    } catch (error) {
      // Half of a new pair, most likely: the next look finds the other half. Told once.
      const problem = (error as Error).message;
      if (problem !== lastProblem) news.refused(problem);
      lastProblem = problem;
    }
  };
  const stop = repeat(
    clock,
    Math.round(config.check * 1000),
    () => Promise.resolve(look()),
    (error) => news.refused(String(error)),
  );
  return { current: () => current, look, stop };
}
