// What does a request cost? The installed daemon in its own process, over 1,000 and 100,000 servers on 10 and 1,000 simulated
// hosts, on two versions of Node, beside a bare node:http server, a raw commit, a raw libvirt call, and a real Nova's numbers.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, SCRATCH, seedCloud } from './api/daemon.ts';
import { libvirtCallMs } from './api/libvirt-call.ts';
import type { CloudNumbers } from './api/measure-cloud.ts';
import { measureCloud } from './api/measure-cloud.ts';
import { nextNode, thisNode } from './api/nodes.ts';
import { brokenPromises } from './api/promises.ts';
import { rowsOf } from './api/rows.ts';
import type { Row } from './report.ts';
import { keep, row, table } from './report.ts';

const CLOUDS = [
  { servers: 1_000, hosts: 10 },
  { servers: 1_000, hosts: 1_000 },
  { servers: 100_000, hosts: 10 },
  { servers: 100_000, hosts: 1_000 },
] as const;
const PORT = 18_774;

buildApp();
const next = nextNode();
if (typeof next === 'string') process.stdout.write(`the next Node is not measured: ${next}\n`);
const nodes = [thisNode(), ...(typeof next === 'string' ? [] : [next])];
const libvirt = await libvirtCallMs();
if (typeof libvirt === 'string') process.stdout.write(`libvirt is not measured: ${libvirt}\n`);

const rows: Row[] = typeof libvirt === 'string' ? [] : [row('raw libvirt call, p50', libvirt, 'ms')];
const measured: { node: string; servers: number; hosts: number; numbers: CloudNumbers }[] = [];
for (const { servers, hosts } of CLOUDS) {
  // One cloud after the other: each has the machine for itself.
  // oxlint-disable-next-line no-await-in-loop
  const cloud = await seedCloud(servers, hosts, PORT);
  for (const [turn, node] of nodes.entries()) {
    // oxlint-disable-next-line no-await-in-loop
    const numbers = await measureCloud(cloud, node.path, PORT, turn);
    measured.push({ node: node.name, servers, hosts, numbers });
    const more = rowsOf(`${node.name}, ${servers} servers, ${hosts} hosts`, numbers, libvirt);
    table(`${node.name}: ${servers} servers on ${hosts} hosts`, more);
    rows.push(...more);
  }
  rmSync(cloud.dir, { recursive: true, force: true });
}
for (const file of ['commits.db', 'limit.json', 'limit.log', 'compile-cache', 'app']) {
  rmSync(join(SCRATCH, file), { recursive: true, force: true });
}
keep('api', rows);

const broken = brokenPromises(measured);
for (const promise of broken) process.stdout.write(`BROKEN: ${promise}\n`);
if (broken.length > 0) process.exitCode = 1;
