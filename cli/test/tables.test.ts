import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../remnantd/test/harness/wait-for.ts';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

let cli: Cli;
beforeAll(async () => {
  cli = await startCli();
  const create = ['server', 'create', '--image=tiny', '--flavor=small', '--wait', '--property=sim_behaviour=panics'];
  // An address is as wide as it happens to be.
  const mute = '--property=sim_address_ms=never';
  await Promise.all([cli.json([...create, 'vm1']), cli.json([...create, mute, 'calm'])]);
  await cli.json(['trigger-crash', 'vm1', '--wait']);
  await waitFor('the words of the panic', async () => {
    const { evidence } = await cli.json<{ evidence: { kind: string }[] }>(['dump', 'show', 'vm1']);
    return evidence.some(({ kind }) => kind === 'panic-text');
  });
}, 60_000);
afterAll(() => cli.stop());

/** What is printed, with every id and time replaced by one of its own length. */
async function drawn(...words: string[]): Promise<string> {
  const { code, out, err } = await cli.run(words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return `\n${out
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '9a000000-0000-4000-8000-000000000000')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}/g, '2000-01-01T00:00:00.000000')
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3} /g, '00:00:00.000 ')
    .replaceAll(/\d\.\d{3} s/g, '0.000 s')}`;
}

test('server list, as the third spec draws it', async () => {
  expect(await drawn('server', 'list', '--name', '^calm$')).toBe(`
+--------------------------------------+------+--------+------------+-------------+----------+-------------+
| ID                                   | Name | Status | Task State | Power State | Networks | Host Status |
+--------------------------------------+------+--------+------------+-------------+----------+-------------+
| 9a000000-0000-4000-8000-000000000000 | calm | ACTIVE | -          | RUNNING     | -        | UP          |
+--------------------------------------+------+--------+------------+-------------+----------+-------------+
`);
});

test('service list', async () => {
  expect(await drawn('service', 'list', '--host', 'sim-1')).toBe(`
+--------------------------------------+--------------+-------+------+---------+-------+----------------------------+-------------+-----------------+
| ID                                   | Binary       | Host  | Zone | Status  | State | Updated At                 | Forced Down | Disabled Reason |
+--------------------------------------+--------------+-------+------+---------+-------+----------------------------+-------------+-----------------+
| 9a000000-0000-4000-8000-000000000000 | nova-compute | sim-1 | nova | enabled | up    | 2000-01-01T00:00:00.000000 | false       | -               |
+--------------------------------------+--------------+-------+------+---------+-------+----------------------------+-------------+-----------------+
`);
});

test('server event list', async () => {
  expect(await drawn('server', 'event', 'list', 'vm1')).toBe(`
+------------------------------------------+--------------------+----------------------------+---------+
| Request ID                               | Action             | Start Time                 | Message |
+------------------------------------------+--------------------+----------------------------+---------+
| req-9a000000-0000-4000-8000-000000000000 | trigger_crash_dump | 2000-01-01T00:00:00.000000 | -       |
| req-9a000000-0000-4000-8000-000000000000 | create             | 2000-01-01T00:00:00.000000 | -       |
+------------------------------------------+--------------------+----------------------------+---------+
`);
});

test('dump show: the fields, then what was seen', async () => {
  expect(await drawn('dump', 'show', 'vm1')).toBe(`
+-----------+-----------------------------------------------------------------------------------------------------------+
| Field     | Value                                                                                                     |
+-----------+-----------------------------------------------------------------------------------------------------------+
| Dump      | 9a000000-0000-4000-8000-000000000000                                                                      |
| Server    | 9a000000-0000-4000-8000-000000000000                                                                      |
| Request   | req-9a000000-0000-4000-8000-000000000000                                                                  |
| Phase     | ended                                                                                                     |
| Verdict   | panicked_without_dump                                                                                     |
| Reason    | the guest's kernel panicked (Crashed Panicked); its panic device spoke, so no crash kernel had taken over |
| NMI       | exactly-asked (asked for once, sent once)                                                                 |
| Requested | 2000-01-01T00:00:00.000000                                                                                |
| Sent      | 2000-01-01T00:00:00.000000                                                                                |
| Reaction  | panicked                                                                                                  |
| Reacted   | 2000-01-01T00:00:00.000000                                                                                |
| Ended     | 2000-01-01T00:00:00.000000                                                                                |
+-----------+-----------------------------------------------------------------------------------------------------------+
+--------------+---------+------------+----------------------------------------------+
| Seen at      | After   | What       | Detail                                       |
+--------------+---------+------------+----------------------------------------------+
| 00:00:00.000 | 0.000 s | watch      | panic-device console ports agent             |
| 00:00:00.000 | 0.000 s | state      | running                                      |
| 00:00:00.000 | 0.000 s | nmi-asked  | about to ask for the NMI                     |
| 00:00:00.000 | 0.000 s | panicked   | Crashed Panicked                             |
| 00:00:00.000 | 0.000 s | panic-text | 10 lines on the console, let out by its host |
+--------------+---------+------------+----------------------------------------------+
Panic: Kernel panic - not syncing: NMI: Not continuing (6.1.0-sim)
  Kernel panic - not syncing: NMI: Not continuing
  CPU: 0 PID: 142 Comm: spin Not tainted 6.1.0-sim #1
  Hardware name: Remnant simulated machine
  Call Trace:
   <NMI>
   panic
   unknown_nmi_error
   exc_nmi
   </NMI>
  ---[ end Kernel panic - not syncing: NMI: Not continuing ]---
`);
});

test('no servers: the head alone', async () => {
  expect(await drawn('server', 'list', '--name', '^none$')).toBe(`
+----+------+--------+------------+-------------+----------+
| ID | Name | Status | Task State | Power State | Networks |
+----+------+--------+------------+-------------+----------+
`);
});
