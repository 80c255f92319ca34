import { describe, expect, it } from 'vitest';
import { hostAndPort } from './host-port.ts';
import { ConfigError, checkAgentConfig, checkConfig } from './load-config.ts';
import { placeWarnings } from './role-problems.ts';

const nats = { url: 'nats://10.0.0.5:4222' };
const postgres = { url: 'postgresql://remnant@10.0.0.4/remnant' };
const tls = { cert: '/c.pem', key: '/k.pem' };

/** The problems of a configuration, without the file's name. */
function problemsOf(check: (value: unknown, source: string) => unknown, value: object): string[] {
  try {
    check({ state_dir: '/s', ...value }, 'f');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^f: /, ''));
  }
}
const serve = (value: object) => problemsOf(checkConfig, value);
const agent = (value: object) => problemsOf(checkAgentConfig, value);
const host = { name: 'host-1', driver: 'sim' };

const BASIC = { user: 'u', password_file: '/p' };
const KEYSTONE = { auth_url: 'http://k:5000', ...BASIC };

describe('an API process', () => {
  it('is alone by default, and may have a PostgreSQL, hosts and NATS in any mixture that can work', () => {
    expect(serve({})).toEqual([]);
    expect(serve({ database: postgres })).toEqual([]);
    expect(serve({ bus: nats, lane: { listen: '10.0.0.1:8775' } })).toEqual([]);
    expect(serve({ bus: nats, database: postgres, hosts: [host], lane: { listen: '[::1]:8775' } })).toEqual([]);
    expect(serve({ bus: nats, tls, lane: { listen: '0.0.0.0:8775', url: 'https://api-1:8775' } })).toEqual([]);
    expect(serve({ bus: nats, lane: { listen: '10.0.0.1:1', url: 'https://a:1', ...tls } })).toEqual([]);
  });

  it.each([
    [{ bus: nats }, 'lane.listen: must be given with bus.url: hosts on other machines bring the files of dumps there'],
    [{ lane: { listen: '10.0.0.1:1' } }, 'lane.listen: means nothing without bus.url: the hosts are in this process'],
    [{ lane: { url: 'http://a:1' } }, 'lane.url: means nothing without lane.listen'],
    [
      { bus: nats, lane: { listen: '0.0.0.0:1' } },
      'lane.url: must be given: 0.0.0.0:1 is every address of this machine, and agents need one',
    ],
    [
      { bus: nats, lane: { listen: '[::]:1' } },
      'lane.url: must be given: [::]:1 is every address of this machine, and agents need one',
    ],
    [
      { bus: nats, tls, lane: { listen: '10.0.0.1:1', url: 'http://a:1' } },
      'lane.url: must begin with https://: the lane has a certificate',
    ],
    [
      { bus: nats, lane: { listen: '10.0.0.1:1', url: 'https://a:1' } },
      'lane.url: https needs a certificate: lane.cert and lane.key, or tls',
    ],
    [{ bus: nats, lane: { listen: '10.0.0.1:1', cert: '/c' } }, 'lane.key: must be given with lane.cert'],
    [{ bus: nats, lane: { listen: '10.0.0.1:1', key: '/k' } }, 'lane.cert: must be given with lane.key'],
    [{ bus: { cert: '/c' } }, 'bus.key: must be given with bus.cert'],
    [{ bus: { key: '/k' } }, 'bus.cert: must be given with bus.key'],
    [{ hosts: [host, host] }, 'hosts: "host-1" is there twice'],
    [{ hosts: [{ ...host, driver: 'ironic' }] }, 'hosts[0].ironic: must be given with the driver ironic'],
    [
      { hosts: [{ ...host, driver: 'ironic', ironic: { url: 'http://i:6385' }, disks: '/d' }] },
      'hosts[0].disks: means nothing with the driver ironic',
    ],
    [
      { hosts: [host, { ...host, name: 'i', ironic: { url: 'http://i:6385' } }] },
      'hosts[1].ironic: means nothing with the driver sim',
    ],
    [
      {
        hosts: [
          { name: 'i', driver: 'ironic', ironic: { url: 'http://i:6385', http_basic: BASIC, keystone: KEYSTONE } },
        ],
      },
      'hosts[0].ironic.http_basic: cannot be given with hosts[0].ironic.keystone: Ironic wants one of them',
    ],
  ])('is told what cannot work: %j', (value, problem) => {
    expect(serve(value)).toEqual([problem]);
  });

  it('is warned of what works for one process alone, and of memory in plain HTTP', () => {
    const warn = (value: object) => placeWarnings(checkConfig({ state_dir: '/s', ...value }, 'f'));
    const keys = (value: object) => warn(value).map((line) => line.slice(0, line.indexOf(':')));
    const publicly = { api: { public_url: 'https://cloud.example.com' } };
    expect(keys({})).toEqual([]);
    expect(keys({ database: postgres })).toEqual(['bus.url']);
    expect(keys({ ...publicly, bus: nats, lane: { listen: '127.0.0.1:1' } })).toEqual(['database.url']);
    expect(keys({ ...publicly, database: postgres, bus: nats, lane: { listen: '10.0.0.1:1' } })).toEqual(['lane.cert']);
    expect(keys({ database: postgres, tls, bus: nats, lane: { listen: '10.0.0.1:1' } })).toEqual(['api.public_url']);
  });
});

describe('an agent', () => {
  it('needs a host and NATS, and gets the defaults of its keys', () => {
    const config = checkAgentConfig({ state_dir: '/s', hosts: [host], bus: nats }, 'f');
    expect(config).toMatchObject({
      lane: { ca: null },
      images: { folder: null, glance: null },
      dumps: { stall: 60, find: 180, whole: 1800, most_per_dump: 64, memory_format: 'kdump', extract: true },
      readiness: { every: 600 },
      liveness: { beat: 1 },
      stop: { grace: 15 },
    });
  });

  it.each([
    [{ bus: nats }, 'hosts: must be given'],
    [{ hosts: [host] }, 'bus.url: must be given: an agent hears of its work over NATS'],
    [{ bus: { ...nats, cert: '/c' }, hosts: [host] }, 'bus.key: must be given with bus.cert'],
    [{ bus: nats, hosts: [host, host] }, 'hosts: "host-1" is there twice'],
    [
      { bus: { ...nats, credentials: '/h.nk' }, hosts: [host, { ...host, name: 'host-2' }] },
      'hosts: with bus.credentials an agent speaks for one host alone: start one for each',
    ],
    [{ bus: nats, hosts: [host], api: { port: 1 } }, 'api: no such key'],
    [{ bus: nats, hosts: [host], database: postgres }, 'database: no such key'],
    [{ bus: nats, hosts: [host], dumps: { react: 1 } }, 'dumps.react: no such key'],
    [{ bus: nats, hosts: [host], lane: { cb: '/x' } }, 'lane.cb: no such key (did you mean "ca"?)'],
    [{ bus: nats, hosts: [host], liveness: { unknown_after: 1 } }, 'liveness.unknown_after: no such key'],
  ])('is told what cannot work: %j', (value, problem) => {
    expect(agent(value)).toEqual([problem]);
  });
});

it('an address is a host and a port, an IPv6 one in brackets', () => {
  expect(hostAndPort('10.0.0.1:80')).toEqual({ host: '10.0.0.1', port: 80 });
  expect(hostAndPort('[::1]:8775')).toEqual({ host: '::1', port: 8775 });
});
