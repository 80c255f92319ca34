// Passwords at rest: scrypt, memory-hard, each with its own salt and its parameters beside it.

import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';

/** N=2^15, r=8, p=1: 32 MiB a try (OWASP's list of scrypt settings). */
const N = 32_768;
const R = 8;
const P = 1;
const BYTES = 32;

/** At most this many at a time: each takes a thread that the disk needs too, and 32 MiB. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when its turn comes; whoever is done hands its turn to the one who waits longest. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function derive(password: string, salt: string, n: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, BYTES, { N: n, r, p, maxmem: 256 * n * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** A hash to keep: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(clock: Clock, password: string): Promise<string> {
  const salt = clock.secret(16);
  const key = await inTurn(() => derive(password, salt, N, R, P));
  return ['scrypt', N, R, P, salt, key.toString('base64url')].join('$');
}

/** True if `password` is the one behind `kept`. Takes as long for a wrong one as for the right one. */
export async function passwordMatches(password: string, kept: string): Promise<boolean> {
  const [scheme, n, r, p, salt, hash] = kept.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const key = await inTurn(() => derive(password, salt, Number(n), Number(r), Number(p)));
  const wanted = Buffer.from(hash, 'base64url');
  return key.length === wanted.length && timingSafeEqual(key, wanted);
}
