// What is wrong between the parts of a configuration that say how many processes there are: the bus, the lane, the hosts, the
// database. Each line names the key to change.

import type { AgentConfig } from './agent-sections.ts';
import { hostAndPort } from './host-port.ts';
import type { Config } from './sections.ts';

type Placed = Pick<Config, 'api' | 'bus' | 'database' | 'lane' | 'tls'>;

/** What keeps an API process from being started so. */
export function placeProblems({ bus, lane, tls }: Pick<Config, 'bus' | 'lane' | 'tls'>): string[] {
  const problems = [...pairProblem('bus', bus), ...pairProblem('lane', lane)];
  if (lane.listen === null) {
    if (bus.url !== null) {
      problems.push('lane.listen: must be given with bus.url: hosts on other machines bring the files of dumps there');
    } else if (lane.url !== null) problems.push('lane.url: means nothing without lane.listen');
    return problems;
  }
  if (bus.url === null) problems.push('lane.listen: means nothing without bus.url: the hosts are in this process');
  const isTls = tls !== null || lane.cert !== null;
  if (lane.url === null) {
    if (isEveryAddress(lane.listen)) {
      problems.push(`lane.url: must be given: ${lane.listen} is every address of this machine, and agents need one`);
    }
  } else if (lane.url.startsWith('https:') !== isTls) {
    problems.push(
      isTls
        ? 'lane.url: must begin with https://: the lane has a certificate'
        : 'lane.url: https needs a certificate: lane.cert and lane.key, or tls',
    );
  }
  return problems;
}

/** What is allowed for an API process and should be known. */
export function placeWarnings({ api, bus, database, lane, tls }: Placed): string[] {
  const isPostgres = database.url?.startsWith('postgres') === true;
  const warnings: string[] = [];
  if (bus.url !== null && !isPostgres) {
    warnings.push('database.url: SQLite is for one API process; a second one needs a PostgreSQL that both use');
  }
  if (bus.url === null && isPostgres) {
    warnings.push('bus.url: without NATS no second API process may use this PostgreSQL, and no agent runs elsewhere');
  }
  if (lane.listen !== null && tls === null && lane.cert === null && !isLoopback(lane.listen)) {
    warnings.push("lane.cert: without a certificate guests' memory crosses the network in plain HTTP");
  }
  if (bus.url !== null && api.public_url === null) {
    warnings.push('api.public_url: with several API processes, clients need the address of the balancer before them');
  }
  return warnings;
}

/** What keeps an agent from being started so. */
export function agentProblems({ bus, hosts }: Pick<AgentConfig, 'bus' | 'hosts'>): string[] {
  const problems = [...hostProblems(hosts), ...pairProblem('bus', bus)];
  if (bus.url === null) problems.push('bus.url: must be given: an agent hears of its work over NATS');
  if (bus.credentials !== null && hosts.length > 1) {
    problems.push('hosts: with bus.credentials an agent speaks for one host alone: start one for each');
  }
  return problems;
}

/** What is wrong with hosts. */
export function hostProblems(hosts: Config['hosts']): string[] {
  return [...twice(hosts), ...hosts.flatMap(ironicProblems), ...hosts.flatMap(diskProblems)];
}

function diskProblems({ driver, disks }: Config['hosts'][number], at: number): string[] {
  return driver === 'ironic' && disks !== null ? [`hosts[${at}].disks: means nothing with the driver ironic`] : [];
}

function ironicProblems({ driver, ironic }: Config['hosts'][number], at: number): string[] {
  const key = `hosts[${at}].ironic`;
  if (driver !== 'ironic') return ironic === null ? [] : [`${key}: means nothing with the driver ${driver}`];
  if (ironic === null) return [`${key}: must be given with the driver ironic`];
  const isTwofold = ironic.http_basic !== null && ironic.keystone !== null;
  return isTwofold ? [`${key}.http_basic: cannot be given with ${key}.keystone: Ironic wants one of them`] : [];
}

/** A certificate without its key, or the other way about. */
function pairProblem(section: string, { cert, key }: Pick<Config['lane'], 'cert' | 'key'>): string[] {
  if ((cert === null) === (key === null)) return [];
  const [missing, given] = cert === null ? ['cert', 'key'] : ['key', 'cert'];
  return [`${section}.${missing}: must be given with ${section}.${given}`];
}

/** Hosts that are there twice. */
function twice(hosts: Config['hosts']): string[] {
  const names = hosts.map((host) => host.name);
  const found = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return Array.from(found, (name) => `hosts: "${name}" is there twice`);
}

function isEveryAddress(address: string): boolean {
  return ['0.0.0.0', '::', '*'].includes(hostAndPort(address).host);
}

function isLoopback(address: string): boolean {
  const { host } = hostAndPort(address);
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
