// PEM files that the configuration names: read and looked into at the start, so that what is wrong with one is told in a line that
// names its key.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileErrorText } from '../lib/file-error.ts';
import { StartError } from './start-error.ts';

/** The bytes of the file at `path`. Throws StartError that names `key`. */
export function readNamed(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`${key}: ${path} cannot be read: ${fileErrorText(error)}`, { cause: error });
  }
}

/** What `parse` makes of the file at `path`, which is to be `what`. Throws StartError that names `key`. */
export function parsedAs<T>(key: string, path: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new StartError(`${key}: ${path} is not ${what}`, { cause: error });
  }
}

/** The certificate in `pem`, which came from `path`. Throws StartError that names `key`. */
export function certificateIn(key: string, path: string, pem: Buffer): X509Certificate {
  return parsedAs(key, path, 'a PEM certificate', () => new X509Certificate(pem));
}

/** The authorities in the file at `path`; null, for the usual ones, without one. Throws StartError that names `key`. */
export function loadCa(key: string, path: string): Buffer;
export function loadCa(key: string, path: string | null): Buffer | null;
export function loadCa(key: string, path: string | null): Buffer | null {
  if (path === null) return null;
  const pem = readNamed(key, path);
  certificateIn(key, path, pem);
  return pem;
}
