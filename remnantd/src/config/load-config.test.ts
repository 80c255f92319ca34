// The configuration: every problem is named with its key, and what is not said has its default.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { ConfigError, checkConfig, loadConfig } from './load-config.ts';

/** The lines told about `value`. */
function problems(value: unknown): string[] {
  try {
    checkConfig(value, 'f');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split('\n');
  }
  return [];
}
const plus = (more: object) => problems({ state_dir: '/s', ...more });

describe('defaults', () => {
  it('fill in everything but the state folder', () => {
    expect(checkConfig({ state_dir: '/s' }, 'f')).toEqual({
      state_dir: '/s',
      api: {
        host: '127.0.0.1',
        port: 8774,
        public_url: null,
        max_limit: 1000,
        max_body: 114_688,
        region: 'RegionOne',
        zone: 'nova',
      },
      database: { url: null },
      bus: { url: null, prefix: 'remnant', credentials: null, ca: null, cert: null, key: null },
      lane: { listen: null, url: null, cert: null, key: null, ca: null },
      identity: {
        token_ttl: 3600,
        accounts: [{ user: 'admin', project: 'admin', role: 'admin' }],
        free_failures: 5,
        longest_wait: 60,
      },
      policy: { file: null, folder: null },
      images: { folder: null, glance: null },
      commands: { deadline: 30, answer: 30, create_answer: 600, suspend_answer: 600, grant_valid: 5, nmi_wait: 10 },
      quota: {
        instances: 10,
        cores: 20,
        ram: 51_200,
        metadata_items: 128,
        injected_files: 5,
        injected_file_content_bytes: 10_240,
        injected_file_path_bytes: 255,
        key_pairs: 100,
        server_groups: 10,
        server_group_members: 10,
      },
      dumps: {
        react: 60,
        crash_kernel: 120,
        stall: 60,
        finish: 60,
        reboot: 120,
        find: 180,
        whole: 1800,
        most_per_dump: 64,
        most_per_host: 256,
        keep_free: 1,
        keep_days: 30,
        most_per_project: 128,
        memory: 'never',
        memory_format: 'kdump',
        memory_timeout: 1800,
        after_panic: 'keep',
        extract: true,
        extract_in_memory: 0.5,
        makedumpfile: 'makedumpfile',
      },
      readiness: { every: 600 },
      liveness: { beat: 1, unknown_after: 3, flap_hold: 60, keep_transitions: 2_592_000 },
      hosts: [],
      adopt: null,
      keystone: null,
      tls: null,
      limits: {
        connections: 1000,
        connections_per_client: null,
        pipelined: 16,
        header_bytes: 16_384,
        headers: 100,
        url_bytes: 8192,
        header_time: 10,
        request_time: 60,
        keep_alive: 75,
        idle: 300,
      },
      log: { level: 'info' },
      metrics: { listen: null },
      stop: { drain: 0, grace: 15 },
      flavors: [],
    });
  });

  it('also inside lists, and beside what is said', () => {
    const config = checkConfig(
      {
        state_dir: '/s',
        api: { port: 1 },
        hosts: [{ name: 'h', driver: 'sim' }],
        flavors: [{ id: '1', name: 'f', vcpus: 1, ram: 1 }],
      },
      'f',
    );
    expect(config.api).toMatchObject({ port: 1, host: '127.0.0.1' });
    expect(config.hosts).toEqual([
      {
        name: 'h',
        driver: 'sim',
        socket: '/run/libvirt/libvirt-sock',
        accel: 'kvm',
        network: null,
        disks: null,
        screen: true,
        ironic: null,
      },
    ]);
    expect(config.flavors[0]?.disk).toBe(0);
  });

  it('do not touch what was given', () => {
    const given = { state_dir: '/s' };
    checkConfig(given, 'f');
    expect(given).toEqual({ state_dir: '/s' });
  });
});

describe('a problem', () => {
  it.each<[object, string]>([
    [{ api: { port: 0 } }, 'api.port'],
    [{ api: { port: '8774' } }, 'api.port'],
    [{ api: { public_url: 'cloud.example' } }, 'api.public_url'],
    [{ api: { public_url: 'http://cloud.example/nova' } }, 'api.public_url'],
    [{ api: { max_limit: 0 } }, 'api.max_limit'],
    [{ database: { url: 'mysql:x' } }, 'database.url'],
    [{ identity: { accounts: [{ user: 'a', project: 'p', role: 'king' }] } }, 'identity.accounts.0.role'],
    [{ policy: { file: '' } }, 'policy.file'],
    [{ commands: { deadline: 0 } }, 'commands.deadline'],
    [{ dumps: { react: -1 } }, 'dumps.react'],
    [{ liveness: { beat: 'often' } }, 'liveness.beat'],
    [{ hosts: [{ name: 'a b', driver: 'sim' }] }, 'hosts.0.name'],
    [{ hosts: [{ name: 'h', driver: 'xen' }] }, 'hosts.0.driver'],
    [{ hosts: [{ name: 'h' }] }, 'hosts.0'],
    [{ adopt: { project: 'p' } }, 'adopt'],
    [{ tls: { cert: '/c' } }, 'tls'],
    [{ limits: { connections: 0 } }, 'limits.connections'],
    [{ limits: { idle: 10 } }, 'limits.idle'],
    [{ log: { level: 'loud' } }, 'log.level'],
    [{ metrics: { listen: '9184' } }, 'metrics.listen'],
    [{ metrics: { listen: '127.0.0.1:65536' } }, 'metrics.listen'],
    [{ lane: { listen: '[::1]:70000' } }, 'lane.listen'],
    [{ stop: { grace: 0 } }, 'stop.grace'],
    [{ flavors: [{ id: '1', name: 'f', vcpus: 0, ram: 1 }] }, 'flavors.0.vcpus'],
    [{ state_dir: '' }, 'state_dir'],
  ])('of %j is named %s', (value, key) => {
    const lines = plus(value);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(new RegExp(`^f: ${key.replaceAll('.', '\\.')}(\\.\\w+)?: .`));
  });

  it('with a key there is no such of is told as that, at any depth', () => {
    expect(plus({ colour: 'red' })).toEqual(['f: colour: no such key']);
    expect(plus({ api: { prot: 1 } })).toEqual(['f: api.prot: no such key (did you mean "port"?)']);
    expect(plus({ hosts: [{ name: 'h', driver: 'sim', sockt: 's' }] })).toEqual([
      'f: hosts.0.sockt: no such key (did you mean "socket"?)',
    ]);
  });

  it('asks of a section that may be null only for what has no default', () => {
    expect(plus({ keystone: { usr: 'a' } })).toEqual([
      'f: keystone.auth_url: must be given',
      'f: keystone.user: must be given',
      'f: keystone.password_file: must be given',
      'f: keystone.usr: no such key (did you mean "user"?)',
    ]);
  });

  it('guesses what was meant only where something is near, in lists and objects that may be null too', () => {
    expect(plus({ flavours: [] })).toEqual(['f: flavours: no such key (did you mean "flavors"?)']);
    expect(plus({ tls: { cert: '/c', key: '/k', chekc: 1 } })).toContain(
      'f: tls.chekc: no such key (did you mean "check"?)',
    );
    expect(plus({ api: { xyz: 1 } })).toEqual(['f: api.xyz: no such key']);
  });

  it('is told in words about the one key', () => {
    expect(plus({ tls: { cert: '/c' } })).toEqual(['f: tls.key: must be given']);
    expect(plus({ hosts: [{ name: 'h' }] })).toEqual(['f: hosts.0.driver: must be given']);
    expect(plus({ hosts: [{ name: 'h', driver: 'libvirt', disks: 'disks' }] })).toEqual([
      'f: hosts.0.disks: must be text that matches ^/ or null',
    ]);
    expect(plus({ log: { level: 'loud' } })).toEqual(['f: log.level: must be "debug" or "info" or "warn" or "error"']);
    expect(plus({ database: { url: 'x' } })).toEqual([
      'f: database.url: must be text that matches ^(sqlite:.+|postgres(ql)?://.+) or null',
    ]);
    expect(plus({ limits: { connections_per_client: 0 } })).toEqual([
      'f: limits.connections_per_client: must be integer >= 1 or null',
    ]);
    expect(plus({ tls: 7 })).toEqual(['f: tls: must be object or null']);
  });

  it('is told however many there are', () => {
    const hosts = Array.from({ length: 20 }, (_, i) => ({ name: `h${i}`, driver: 'xen' }));
    expect(plus({ hosts })).toHaveLength(20);
  });

  it('does not hide another', () => {
    expect(plus({ api: { port: 0 }, dumps: { react: 0 }, colour: 1 })).toHaveLength(3);
  });

  it('of the whole file says so', () => {
    expect(problems({})).toEqual(['f: state_dir: must be given']);
    for (const value of ['text', ['list'], 7]) {
      const lines = problems(value);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^f: the file: ./);
    }
  });

  it('with two hosts of one name names it', () => {
    const host = { name: 'h', driver: 'sim' };
    expect(plus({ hosts: [host, host] })).toEqual(['f: hosts: "h" is there twice']);
  });
});

describe('the file', () => {
  const load = (text: string) => {
    const path = join(tempDir(), 'remnant.yaml');
    writeFileSync(path, text);
    return () => loadConfig(path);
  };

  it('is YAML', () => {
    expect(load('state_dir: /s\napi: {port: 80}')().api.port).toBe(80);
    expect(load('state_dir: [')).toThrow(/remnant\.yaml: not YAML: /);
    expect(load('')).toThrow(/remnant\.yaml: state_dir: must be given/);
    expect(load('7')).toThrow(/remnant\.yaml: the file: /);
  });

  it('must be there', () => {
    expect(() => loadConfig('/nowhere/remnant.yaml')).toThrow(
      '/nowhere/remnant.yaml: cannot be read: ENOENT: no such file or directory',
    );
  });
});
