// An operator's policy files while a Remnant runs: what changes in them changes who may do what, without a restart; what is
// wrong in them changes nothing.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, act, MEMBER, STRANGER } from '../harness/records.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';

/** A Remnant whose policy files are in `dir`, for as long as `use` runs. */
async function withFiles(use: (remnant: TestRemnant, dir: string) => Promise<void>): Promise<void> {
  const dir = tempDir();
  const remnant = await openRemnant({ config: { state_dir: dir } });
  try {
    await use(remnant, dir);
    expect(remnant.errors, 'a bad file is no fault of the daemon').toEqual([]);
  } finally {
    await remnant.close();
  }
}

/** Lets the daemon look at its files until `check` holds. */
async function soon(remnant: TestRemnant, what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  await waitFor(what, () => {
    remnant.clock.advance(500);
    return check();
  });
}

test('a file that appears, changes, breaks, is mended and goes', async () => {
  await withFiles(async (remnant, dir) => {
    const file = join(dir, 'policy.yaml');
    const { id } = await remnant.addServer();
    const shows = async (token: string) =>
      (await remnant.ask({ path: `/v2.1/servers/${id}`, token, version: '2.93' })).status;
    expect(await shows(MEMBER)).toBe(200);

    writeFileSync(file, '"os_compute_api:servers:show": "rule:context_is_admin"\n');
    await soon(remnant, 'the rule to hold', async () => (await shows(MEMBER)) === 403);
    expect(await shows(ADMIN)).toBe(200);

    // As editors save: another file in its place.
    writeFileSync(`${file}.new`, '"os_compute_api:servers:show": "!"\n');
    renameSync(`${file}.new`, file);
    await soon(remnant, 'the other file to hold', async () => (await shows(ADMIN)) === 403);
    expect(remnant.policyProblem()).toBeNull();

    writeFileSync(file, '# everybody!\n"os_compute_api:servers:show": "@ or"\n');
    await soon(remnant, 'the file to be refused', () => remnant.policyProblem() !== null);
    expect(remnant.policyProblem()).toBe(
      `${file}:2:37: "os_compute_api:servers:show": a check is expected, but the rule ends`,
    );
    expect(await shows(ADMIN), 'the rules before it stay').toBe(403);

    writeFileSync(file, '"os_compute_api:servers:show": "@"\n');
    await soon(remnant, 'the mended file to hold', async () => (await shows(ADMIN)) === 200);
    expect(remnant.policyProblem()).toBeNull();

    mkdirSync(join(dir, 'policy.d'));
    writeFileSync(join(dir, 'policy.d', '50-closed.json'), '{"os_compute_api:servers:show": "!"}');
    await soon(remnant, 'the folder to hold over the file', async () => (await shows(ADMIN)) === 403);

    rmSync(file);
    rmSync(join(dir, 'policy.d'), { recursive: true });
    await soon(remnant, 'the defaults to be back', async () => (await shows(MEMBER)) === 200);
    expect(await shows(STRANGER)).toBe(404);
  });
});

test('what is reloaded by hand holds at once', async () => {
  await withFiles(async (remnant, dir) => {
    remnant.clock.freeze();
    const list = async () => (await remnant.ask({ path: '/v2.1/servers', token: MEMBER })).status;
    writeFileSync(join(dir, 'policy.yaml'), '"os_compute_api:servers:index": "!"\n');
    expect(await list()).toBe(200);
    await remnant.reloadPolicy();
    expect(await list()).toBe(403);
  });
});

test('who is an admin is a rule like any other, and all that hangs on it follows', async () => {
  await withFiles(async (remnant, dir) => {
    const own = await remnant.addServer();
    const locked = await remnant.addServer({ lockedBy: 'admin' });
    const facts = async (token: string) => {
      const others = await remnant.ask({ path: `/v2.1/servers/${own.id}`, token, version: '2.93' });
      const everywhere = await remnant.ask({ path: '/v2.1/servers?all_tenants=1', token });
      const services = await remnant.ask({ path: '/v2.1/os-services', token });
      return { server: others.status, everywhere: everywhere.status, services: services.status };
    };
    const all = { server: 200, everywhere: 200, services: 200 };
    expect(await facts(ADMIN)).toEqual(all);
    expect(await facts(STRANGER)).toEqual({ server: 404, everywhere: 403, services: 403 });
    expect(
      (await act(remnant, locked.id, { lock: null }, { token: MEMBER })).status,
      'a lock is no bar to a lock',
    ).toBe(202);
    expect((await act(remnant, locked.id, { pause: null })).status).toBe(409);

    writeFileSync(join(dir, 'policy.yaml'), 'context_is_admin: "role:member and not role:admin"\n');
    await remnant.reloadPolicy();
    expect(await facts(STRANGER)).toEqual(all);
    expect((await act(remnant, locked.id, { pause: null })).status, 'an admin passes locks').toBe(202);
    expect(await facts(ADMIN)).toEqual({ server: 404, everywhere: 403, services: 403 });
  });
});
