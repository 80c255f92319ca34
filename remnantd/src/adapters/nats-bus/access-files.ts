// The files by which a process shows NATS who it is. A secret is read from a file that nobody but its owner can read, and no
// message ever has anything of what is in one.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { nkeys } from '@nats-io/transport-node';
import type { BusConfig } from '../../config/bus.ts';
import { fileErrorText } from '../../lib/file-error.ts';
import type { NatsAccess } from './options.ts';

const MAKE_SEED = ': make it with `remnantd enroll NAME`, for an API process with --api';

/** Reads and checks them. Throws Error that names the key of the configuration and the file. */
export function readAccess(config: Pick<BusConfig, 'url' | 'credentials' | 'ca' | 'cert' | 'key'>): NatsAccess {
  const { credentials, ca, cert, key } = config;
  const secure = config.url?.includes('tls://') === true || ca !== null || cert !== null || key !== null;
  return {
    seed: credentials === null ? null : seedIn(credentials),
    tls: secure
      ? {
          ...(ca === null ? {} : { ca: certificateIn('bus.ca', ca) }),
          ...(cert === null ? {} : { cert: certificateIn('bus.cert', cert) }),
          ...(key === null ? {} : { key: keyIn(key) }),
        }
      : null,
  };
}

function seedIn(path: string): Uint8Array {
  const seed = new TextEncoder().encode(secret('bus.credentials', path, MAKE_SEED).trim());
  try {
    nkeys.fromSeed(seed).getPublicKey();
  } catch {
    // Without its cause: that may quote what was read.
    throw new Error(`bus.credentials: ${path} holds no seed as remnantd enroll writes it`);
  }
  return seed;
}

function certificateIn(name: string, path: string): string {
  const text = plain(name, path);
  try {
    // All of the file is used; the first certificate in it tells whether it is one of certificates.
    void new X509Certificate(text).subject;
    return text;
  } catch (error) {
    throw new Error(`${name}: ${path} is not a PEM certificate`, { cause: error });
  }
}

function keyIn(path: string): string {
  const text = secret('bus.key', path);
  try {
    createPrivateKey(text);
  } catch {
    throw new Error(`bus.key: ${path} is not a PEM private key without a passphrase`);
  }
  return text;
}

function plain(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be read: ${fileErrorText(error)}`, { cause: error });
  }
}

/** `missing`: what to do when it is not there. */
function secret(name: string, path: string, missing = ''): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const todo = (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing : '';
    throw new Error(`${name}: ${path} cannot be read: ${fileErrorText(error)}${todo}`, { cause: error });
  }
  try {
    // Of the open file, so that it is the one that is read.
    const about = fstatSync(file);
    if (!about.isFile()) throw new Error(`${name}: ${path} is not a file`);
    if ((about.mode & 0o077) !== 0) {
      throw new Error(`${name}: ${path} can be read by others than its owner: chmod 600 ${path}`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
