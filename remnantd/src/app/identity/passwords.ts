// Passwords at rest: scrypt, memory-hard, each with its own salt and its parameters beside it.

import { scrypt, timingSafeEqual } from 'node:crypto';
import { fault } from '../../model/faults.ts';
import type { Clock } from '../../ports/clock.ts';

/** N=2^15, r=8, p=1: 32 MiB a try (OWASP's list of scrypt settings). */
const N = 32_768;
const R = 8;
const P = 1;
const BYTES = 32;
const PREFIX = ['scrypt', N, R, P, ''].join('$');

/** A longer one is refused, unhashed. Bytes of UTF-8. */
const LONGEST = 4096;

/** What nobody's password gives, at the usual cost. */
const NOBODYS = `${PREFIX}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** At most this many at a time: each takes a thread that the disk needs too, and 32 MiB. */
const AT_ONCE = 2;
/** So many tries may wait for their turn; each has cost whoever made it nothing, a name that nobody has included. */
const MOST_WAITING = 64;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs `work` when its turn comes; whoever is done hands its turn to the one who waits longest. Fault server-busy, at once,
 * when `most` wait already.
 */
async function inTurn<T>(most: number, work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else {
    if (waiting.length >= most) throw fault('server-busy');
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

/** Fault bad-request for what no password may be: nothing, or more than 4096 bytes. Says nothing of the password itself. */
export function requirePassword(password: string): void {
  if (password === '') throw fault('bad-request', { message: 'The password must not be empty.' });
  if (isTooLong(password)) throw fault('bad-request', { message: `The password is longer than ${LONGEST} bytes.` });
}

function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > LONGEST;
}

/** A hash to keep: `scrypt$N$r$p$salt$hash`. However many wait, it takes its turn: only who is let in already gets here. */
export async function hashPassword(clock: Clock, password: string): Promise<string> {
  const salt = clock.secret(16);
  const key = await inTurn(Infinity, () => derive(password, salt, N, R, P));
  return `${PREFIX}${salt}$${key.toString('base64url')}`;
}

/** True if `kept` was made with other parameters than new hashes are. */
export function isOutdated(kept: string): boolean {
  return !kept.startsWith(PREFIX);
}

/** What happens around a look at a password, while no other takes its turn. */
export interface Turn {
  /** When the turn has come; a throw ends it without a look. */
  readonly before: () => void;
  readonly after: (right: boolean) => void;
}

/**
 * True if `password` is the one behind `kept`. Takes as long for a wrong one as for the right one, and for a user who has
 * none or does not exist (null). Fault server-busy when too many tries wait.
 */
export async function passwordMatches(password: string, kept: string | null, turn: Turn): Promise<boolean> {
  const known = kept !== null && kept.startsWith('scrypt$');
  const [, n, r, p, salt = '', hash = ''] = (known ? kept : NOBODYS).split('$');
  const wanted = Buffer.from(hash, 'base64url');
  return inTurn(MOST_WAITING, async () => {
    turn.before();
    const key = isTooLong(password) ? null : await derive(password, salt, Number(n), Number(r), Number(p));
    const right = key?.length === wanted.length && timingSafeEqual(key, wanted) && known;
    turn.after(right);
    return right;
  });
}
