// The part of the suite for `guestAgent`: what a guest's agent is asked, and what a guest that cannot answer costs.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type Driver, GuestAgentFault, type GuestSpec } from '../driver.ts';
import {
  type ConformanceHarness,
  connected,
  eventually,
  fault,
  order,
  TEST_WITHIN_MS,
} from './suite-tools.contract.ts';

const ASK = { mostBytes: 4_096, boundMs: 20_000 };
const CMDLINE = '/proc/cmdline';

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function guestAgentConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver asks a guest's agent`, { timeout: TEST_WITHIN_MS }, () => {
    let harness: ConformanceHarness;
    let driver: Driver;
    let spec: GuestSpec;
    const agent = () => ability(driver, 'guestAgent');

    beforeAll(async () => {
      harness = await open();
      if (harness.agentSpec === undefined) throw new Error('the harness has no guest with an agent');
      spec = harness.agentSpec();
      ({ driver } = await connected(harness));
      await ability(driver, 'make').create(spec, order());
      await harness.ready(spec.id);
      // It starts beside whatever makes the guest ready.
      await eventually(() =>
        agent()
          .readFiles(spec.id, [], ASK)
          .then(() => agent().readFiles(spec.id, [CMDLINE], ASK)),
      );
    }, TEST_WITHIN_MS);

    afterAll(async () => {
      await driver.stop();
      await harness.close();
    }, TEST_WITHIN_MS);

    it('reads files, several at once, and says which are not there', async () => {
      const texts = await agent().readFiles(spec.id, [CMDLINE, '/no/such/file', '/sys/kernel/kexec_crash_loaded'], ASK);
      expect([...texts.keys()]).toEqual([CMDLINE, '/no/such/file', '/sys/kernel/kexec_crash_loaded']);
      expect(texts.get(CMDLINE)).toContain('console=ttyS0');
      expect(texts.get('/no/such/file')).toBeNull();
      expect(texts.get('/sys/kernel/kexec_crash_loaded')).toMatch(/^[01]\n$/);
    });

    it('cuts off what is too long', async () => {
      expect((await agent().readFiles(spec.id, [CMDLINE], { ...ASK, mostBytes: 7 })).get(CMDLINE)).toHaveLength(7);
      expect((await agent().run(spec.id, ['cat', CMDLINE], { ...ASK, mostBytes: 7 })).out).toHaveLength(7);
    });

    it('runs a program, and gives its output and exit code', async () => {
      const text = (await agent().readFiles(spec.id, [CMDLINE], ASK)).get(CMDLINE);
      expect(await agent().run(spec.id, ['cat', CMDLINE], ASK)).toEqual({ exitCode: 0, out: text });
      expect((await agent().run(spec.id, ['cat', '/no/such/file'], ASK)).exitCode).toBe(1);
    });

    it('answers many who ask at once', async () => {
      const all = await Promise.all(
        Array.from({ length: 5 }, () => agent().readFiles(spec.id, [CMDLINE], { ...ASK, boundMs: 60_000 })),
      );
      for (const texts of all) expect(texts.get(CMDLINE)).toContain('console=');
    });

    it('knows no guest that is not there', async () => {
      await fault(agent().readFiles(harness.spec().id, [CMDLINE], ASK), 'not-found');
    });

    it('asks nothing of a guest that is paused', async () => {
      await ability(driver, 'pause').pause(spec.id, order());
      await fault(agent().readFiles(spec.id, [CMDLINE], ASK), 'not-running');
      await ability(driver, 'pause').unpause(spec.id, order());
    });

    it('gives up a guest that is dead, at the bound, while other verbs are answered', async () => {
      await ability(driver, 'injectNmi').send(spec.id, order());
      // Its panic device stopped it before its text was out.
      await eventually(async () => expect((await driver.guest(spec.id)).powerState).toBe(POWER_STATE.crashed));
      await ability(driver, 'pause').unpause(spec.id, order());
      await eventually(async () => {
        const text = (await ability(driver, 'readConsole').read(spec.id, null)) ?? '';
        expect(text).toContain('end Kernel panic');
      });
      const asked = fault(agent().readFiles(spec.id, [CMDLINE], { ...ASK, boundMs: 1_000 }), 'failed');
      expect((await driver.guest(spec.id)).id).toBe(spec.id);
      const trouble = await asked;
      expect(trouble).toBeInstanceOf(GuestAgentFault);
      expect((trouble as GuestAgentFault).trouble).toBe('silent');
    });

    it('asks nothing of a guest that is off', async () => {
      await driver.powerOff(spec.id, order());
      await fault(agent().run(spec.id, ['cat', CMDLINE], ASK), 'not-running');
      await driver.destroy(spec.id, order());
    });
  });
}
