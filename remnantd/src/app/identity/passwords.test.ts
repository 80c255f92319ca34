// Passwords: kept by a memory-hard hash that tells nothing, and as long to check for nobody as for somebody.

import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/system-clock.ts';
import type { Fault } from '../../model/faults.ts';
import { hashPassword, isOutdated, passwordMatches, requirePassword } from './passwords.ts';

const clock = systemClock();
const look = { before: () => {}, after: () => {} };

/** A hash as an older version with cheaper settings would have kept it. */
function older(password: string): string {
  return `scrypt$1024$8$1$salt$${scryptSync(password, 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64url')}`;
}

describe('passwords', () => {
  it('match their own hash and no other', async () => {
    const kept = await hashPassword(clock, 'correct horse');
    expect(await passwordMatches('correct horse', kept, look)).toBe(true);
    expect(await passwordMatches('correct hors', kept, look)).toBe(false);
    expect(await passwordMatches('', kept, look)).toBe(false);
  });

  it('are hashed with 32 MiB and a salt of their own', async () => {
    const [one, other] = await Promise.all([hashPassword(clock, 'same'), hashPassword(clock, 'same')]);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain('same');
  });

  it('can be checked against older settings, which are seen to be old', async () => {
    expect(await passwordMatches('mine', older('mine'), look)).toBe(true);
    expect(await passwordMatches('other', older('mine'), look)).toBe(false);
    expect(isOutdated(older('mine'))).toBe(true);
    expect(isOutdated(await hashPassword(clock, 'mine'))).toBe(false);
  });

  it('of users who have none or do not exist match nothing, and take as long', async () => {
    const kept = await hashPassword(clock, 'mine');
    const fastest = async (hash: string | null) => {
      const times: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const start = clock.mono();
        expect(await passwordMatches('wrong', hash, look)).toBe(false);
        times.push(clock.mono() - start);
      }
      return Math.min(...times);
    };
    const somebody = await fastest(kept);
    for (const hash of [null, '', 'junk']) expect(await fastest(hash)).toBeGreaterThan(somebody / 3);
  });

  it('are not looked at when the look is refused in its turn', async () => {
    const before = () => {
      throw new Error('wait');
    };
    const refuse = { ...look, before };
    const tries = [1, 2, 3, 4].map(() => passwordMatches('x', null, refuse));
    for (const tried of tries) await expect(tried).rejects.toThrow('wait');
    // Nobody's turn was lost.
    expect(await passwordMatches('x', await hashPassword(clock, 'x'), look)).toBe(true);
  });

  it('are looked at one after the other, with 64 tries waiting at most', async () => {
    const kept = older('mine');
    const tries = Array.from({ length: 80 }, () => passwordMatches('mine', kept, look));
    // Who was let in already is not sent away.
    const hash = hashPassword(clock, 'new');
    const done = await Promise.allSettled(tries);
    expect(done.filter((one) => one.status === 'fulfilled' && one.value)).toHaveLength(66);
    const refused = done.slice(66).map((one) => (one.status === 'rejected' ? (one.reason as Fault) : null));
    for (const one of refused) {
      expect(one).toMatchObject({ code: 'server-busy', status: 503, headers: { 'retry-after': '1' } });
    }
    expect(await passwordMatches('new', await hash, look)).toBe(true);
  });

  it('are something, and no more than 4096 bytes', async () => {
    expect(() => requirePassword('')).toThrow('must not be empty');
    expect(() => requirePassword('é'.repeat(2048))).not.toThrow();
    expect(() => requirePassword(`é${'é'.repeat(2048)}`)).toThrow('longer than 4096 bytes');
    const long = 'x'.repeat(4097);
    expect(await passwordMatches(long, older(long), look)).toBe(false);
  });
});
