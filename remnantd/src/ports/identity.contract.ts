// What every identity must do, as one suite: run by each adapter's own test, against what it really asks.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';

/** An identity and the means to give it tokens. Its user `ann` is a member of the project `web`, and reader of the system. */
export interface IdentityRig {
  readonly identity: Identity;
  /** Ids as the identity's own records have them. */
  readonly ann: { readonly id: string };
  readonly web: { readonly id: string };
  /** Signs ann in. */
  issue(scope: 'project' | 'system' | 'unscoped'): Promise<string>;
  /** Makes it worth nothing, and lets pass what a revocation takes to be seen. */
  revoke(token: string): Promise<void>;
  /** A token for the project whose time is over. */
  expired(): Promise<string>;
  close(): Promise<void>;
}

/** What no identity ever gave to anybody. */
const JUNK = [
  '',
  ' ',
  'junk',
  'a b',
  "'; drop table tokens; --",
  '../../v3/users',
  'gAAAAABnot-a-token',
  'x'.repeat(10_000),
  'tokén',
  'line\nbreak',
  'null',
  '\u0000',
];

/** Runs the contract against the identity that `open` makes. */
export function identityContract(name: string, open: () => Promise<IdentityRig>): void {
  describe(`${name} keeps the identity contract`, () => {
    let rig: IdentityRig;
    beforeAll(async () => {
      rig = await open();
    });
    afterAll(async () => {
      await rig?.close();
    });

    it('tells who is behind a token for a project, with every role that follows from theirs', async () => {
      const caller = await rig.identity.authenticate(await rig.issue('project'));
      expect(caller).toEqual({
        userId: rig.ann.id,
        userName: 'ann',
        projectId: rig.web.id,
        projectName: 'web',
        roles: expect.any(Array),
        systemScope: null,
        domainScope: null,
      });
      expect(caller?.roles.toSorted()).toEqual(['member', 'reader']);
    });

    it('knows a token for the system from one for a project', async () => {
      const caller = await rig.identity.authenticate(await rig.issue('system'));
      expect(caller).toMatchObject({ userName: 'ann', projectId: null, projectName: null, systemScope: 'all' });
      expect(caller?.roles).toEqual(['reader']);
    });

    it('gives a token without a scope no role', async () => {
      const caller = await rig.identity.authenticate(await rig.issue('unscoped'));
      expect(caller).toMatchObject({ userName: 'ann', projectId: null, systemScope: null, roles: [] });
    });

    it('says the same each time', async () => {
      const token = await rig.issue('project');
      const first = await rig.identity.authenticate(token);
      expect(first).not.toBeNull();
      expect(await Promise.all([1, 2, 3].map(() => rig.identity.authenticate(token)))).toEqual([first, first, first]);
    });

    it.each(JUNK.map((junk) => [JSON.stringify(junk).slice(0, 40), junk] as const))(
      'knows nobody by %s',
      async (_, junk) => {
        expect(await rig.identity.authenticate(junk)).toBeNull();
      },
    );

    it('does not take a token for a longer or a shorter one', async () => {
      const token = await rig.issue('project');
      expect(await rig.identity.authenticate(`${token}x`)).toBeNull();
      expect(await rig.identity.authenticate(token.slice(0, -2))).toBeNull();
    });

    it('knows a revoked token no more, and others still', async () => {
      const [gone, stays] = [await rig.issue('project'), await rig.issue('system')];
      expect(await rig.identity.authenticate(gone)).not.toBeNull();
      await rig.revoke(gone);
      expect(await rig.identity.authenticate(gone)).toBeNull();
      expect(await rig.identity.authenticate(stays)).not.toBeNull();
    });

    it('knows an expired token no more', async () => {
      expect(await rig.identity.authenticate(await rig.expired())).toBeNull();
    });

    it('can be asked, and says so', () => {
      expect(rig.identity.healthy?.() ?? null).toBeNull();
    });
  });
}
