// Which servers' certificates this process believes. Set once, before the first request.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { usage } from './exit.ts';

/** Trusts the certificates in the file `cacert` besides the usual ones, or, without `verify`, anybody's. */
export function trust(cacert: string | undefined, verify: boolean): void {
  if (!verify) {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    // It was asked for: Node need not warn of it.
    process.removeAllListeners('warning');
    return;
  }
  if (cacert === undefined) return;
  try {
    const text = readFileSync(cacert.replace(/^~(?=\/)/, homedir()), 'utf8');
    const own = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
    if (own === null) throw new Error('it holds no certificate in PEM form');
    setDefaultCACertificates([...getCACertificates('default'), ...own]);
  } catch (error) {
    throw usage(`the certificates in ${cacert} cannot be used: ${(error as Error).message.replace(/, \w+ '.*$/s, '')}`);
  }
}
