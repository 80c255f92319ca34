// A libvirtd that does not give the picture it was asked for: the NMI goes out within its second all the same, who did not ask for
// a picture is not held up at all, and the picture that comes late is thrown away.

import { expect, test } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../../test/harness/agent-bench.ts';
import { scriptedLibvirt } from '../../../test/harness/scripted-libvirt.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { CommandId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';

async function setUp() {
  const libvirt = await scriptedLibvirt(SERVER);
  const bench = agentBench(() => libvirt.driver);
  /** Has the host inject an NMI as command `seq`, and waits until it has. */
  const inject = async (seq: number, evidence: boolean) => {
    bench.dispatch.grants.push(nmiGrant(seq, { order: { kind: 'inject-nmi', ...(evidence ? { evidence } : {}) } }));
    bench.ring();
    const command = asId<CommandId>(`c${seq}`);
    const report = await waitFor(`command ${seq}`, () => bench.heard.reports.find((one) => one.command === command));
    expect(report.outcome).toMatchObject({ result: 'success' });
    expect(libvirt.nmis).toHaveLength(seq);
  };
  await bench.start();
  await waitFor('the driver', () => bench.heard.beats.some(({ connection }) => connection?.up));
  return { bench, libvirt, inject };
}

test('the NMI goes out when its second is over, with or without the picture', async () => {
  const { bench, libvirt, inject } = await setUp();
  await inject(1, true);
  const [picture] = libvirt.pictures();
  expect((libvirt.nmis[0] ?? Number.NaN) - (picture?.askedAt ?? 0)).toBeLessThan(1_500);
  const seen = await waitFor('what was seen', () => bench.told().find(({ kind }) => kind === 'vitals'));
  expect(seen.facts?.vitals).toMatchObject({ busyPercent: [0], screen: 'the budget was over before it was there' });
  expect(seen.facts?.vitals?.tookMs).toBeLessThanOrEqual(1_000);

  // Who comes next takes no second picture while libvirtd holds the first, and who wants no evidence asks for none.
  await inject(2, true);
  await inject(3, false);
  expect(libvirt.pictures()).toHaveLength(1);

  // At last: libvirtd is told that it comes too late, and has room for another.
  picture?.begin();
  await waitFor('it to be stopped', () => picture?.stopped);
  await inject(4, true);
  expect(libvirt.pictures()).toHaveLength(2);
  expect(bench.told().filter(({ kind }) => kind === 'picture')).toEqual([]);
  expect(bench.errors).toEqual([]);
});
