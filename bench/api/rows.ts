// The numbers of one cloud as rows, each beside what it is measured against.

import type { Row } from '../report.ts';
import { median, quantile, row } from '../report.ts';
import type { CloudNumbers, ReadName } from './measure-cloud.ts';
import { NOVA_CPU_MS, NOVA_DUMP_MS, NOVA_RSS_MB } from './nova.ts';

/** All rows; `where` says which node and cloud. `libvirtMs`: a raw call, or why there is none. */
export function rowsOf(where: string, numbers: CloudNumbers, libvirtMs: number | string): Row[] {
  const { starts, dumps } = numbers;
  const named = (what: string) => `${where}: ${what}`;
  const accepted = dumps.times.map((one) => one.accepted);
  const finished = dumps.times.map((one) => one.finished);
  const commit = median(dumps.times.map((one) => one.commit));
  const call = typeof libvirtMs === 'number' ? libvirtMs : undefined;
  return [
    row(named('first 200, new state folder'), starts.first, 'ms', starts.bare),
    row(named('first 200, no compile cache'), starts.cold, 'ms', starts.bare),
    row(named('first 200, compile cache'), starts.warm, 'ms', starts.bare),
    row(named('resident, idle'), numbers.idleRssMb, 'MiB', NOVA_RSS_MB),
    row(named('resident, loaded'), numbers.loadedRssMb, 'MiB', NOVA_RSS_MB),
    row(named('CPU while nobody asks'), numbers.idleCpu * 100, '% of a core'),
    ...Object.entries(numbers.reads).flatMap(([name, read]) => [
      row(named(`${name}, per second`), read.perSecond, '1/s', read.limitPerSecond),
      row(named(`${name}, CPU`), read.cpuMs, 'ms', read.limitCpuMs),
      ...(isNovas(name) ? [novaRow(named(`${name}, CPU`), read.cpuMs, name)] : []),
      row(named(`${name}, p50 alone`), read.p50, 'ms'),
      row(named(`${name}, p99 alone`), read.p99, 'ms', read.p50),
      row(named(`${name}, p99 at four at once`), read.p99Loaded, 'ms', read.p50),
    ]),
    row(named('raw commit, p50'), commit, 'ms'),
    row(named('trigger_crash_dump accepted, p50'), median(accepted), 'ms', commit),
    row(named('trigger_crash_dump accepted, p99'), quantile(accepted, 0.99), 'ms', median(accepted)),
    row(named('trigger_crash_dump accepted, p50'), median(accepted), 'ms', NOVA_DUMP_MS.accepted, 'times cheaper'),
    row(named('trigger_crash_dump finished, p50'), median(finished), 'ms', call),
    row(named('trigger_crash_dump finished, p99'), quantile(finished, 0.99), 'ms', median(finished)),
    row(named('trigger_crash_dump finished, p50'), median(finished), 'ms', NOVA_DUMP_MS.finished, 'times cheaper'),
    novaRow(named('trigger_crash_dump, CPU'), dumps.cpuMs, 'trigger_crash_dump'),
    row(named('trigger_crash_dump to its verdict, CPU'), dumps.verdictCpuMs, 'ms', dumps.cpuMs),
  ];
}

function isNovas(name: string): name is ReadName & keyof typeof NOVA_CPU_MS {
  return Object.hasOwn(NOVA_CPU_MS, name);
}

function novaRow(name: string, cpuMs: number, what: keyof typeof NOVA_CPU_MS): Row {
  return row(`${name} beside Nova's`, cpuMs, 'ms', NOVA_CPU_MS[what], 'times cheaper');
}
