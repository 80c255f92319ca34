// What a guest's agent answered, turned into facts: as kernels and distributions write it, and as a hostile guest might.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYSCTLS } from '../../model/guest-facts.ts';
import { dumpsOf, FACT_FILES, parseFacts, sysctlFile, targetOf } from './parse-facts.ts';

const HEALTHY = new Map<string, string | null>([
  [FACT_FILES.kernel, '6.1.0-56-cloud-amd64\n'],
  [FACT_FILES.commandLine, 'console=ttyS0 quiet crashkernel=128M crash_kexec_post_notifiers\n'],
  [FACT_FILES.crashLoaded, '1\n'],
  [FACT_FILES.crashSize, '134217728\n'],
  [sysctlFile('unknown_nmi_panic'), '1\n'],
  [sysctlFile('panic'), '-1\n'],
]);
const of = (files: Record<string, string | null>) => new Map(Object.entries(files));
const nothing = { ports: null, df: null, found: null };

it('takes what a healthy guest says', () => {
  const df =
    'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 10218772 1821932 7855944      19% /\n';
  const facts = parseFacts({
    files: HEALTHY,
    ports: ['remnant.dump\n', null, 'a b'],
    df,
    found: '12 1700000000 /var/crash/202601010101/dump.202601010101\n',
  });
  expect(facts).toMatchObject({
    kernel: '6.1.0-56-cloud-amd64',
    crashLoaded: true,
    crashBytes: 134_217_728,
    crashkernel: '128M',
    tellsFirst: true,
    ports: ['remnant.dump'],
    freeBytes: 7_855_944 * 1024,
    dumps: ['12 1700000000 /var/crash/202601010101/dump.202601010101'],
  });
  expect(facts.sysctls).toMatchObject({ unknown_nmi_panic: 1, panic: -1, nmi_watchdog: null });
});

describe('where a dump goes', () => {
  const debian = (text: string) => targetOf(of({ [FACT_FILES.debian]: text }));
  const redHat = (text: string) => targetOf(of({ [FACT_FILES.redHat]: text }));

  it.each([
    ['nothing said', debian('USE_KDUMP=1\n'), { kind: 'local', where: '/var/crash' }],
    ['a folder', debian('KDUMP_COREDIR="/srv/crash" # here\n'), { kind: 'local', where: '/srv/crash' }],
    ['a comment', debian('#NFS="10.0.0.1:/x"\nKDUMP_COREDIR=/var/crash\n'), { kind: 'local', where: '/var/crash' }],
    ['NFS', debian('KDUMP_COREDIR=\'/var/crash\'\nNFS="10.0.0.1:/x"\n'), { kind: 'nfs', where: '10.0.0.1:/x' }],
    ['SSH', debian('SSH="crash@10.0.0.1"\n'), { kind: 'ssh', where: 'crash@10.0.0.1' }],
    ['a path up', debian('KDUMP_COREDIR=/var/../etc\n'), null],
    ['a path with a command', debian('KDUMP_COREDIR=/var/$(x)\n'), null],
    ['RHEL, nothing said', redHat('core_collector makedumpfile -l\n'), { kind: 'local', where: '/var/crash' }],
    ['RHEL, a path', redHat('path /dumps\n'), { kind: 'local', where: '/dumps' }],
    ['RHEL, raw', redHat('raw /dev/vdb\n'), { kind: 'raw', where: '/dev/vdb' }],
    ['RHEL, NFS', redHat('nfs 10.0.0.1:/x\npath /y\n'), { kind: 'nfs', where: '10.0.0.1:/x' }],
    ['no configuration', targetOf(new Map()), null],
  ])('%s', (_what, target, wanted) => {
    expect(target).toEqual(wanted);
  });

  it('is the port where Remnant was set up, whatever the distribution says', () => {
    const files = of({ [FACT_FILES.ours]: 'port=$(remnant_port remnant.dump)\n', [FACT_FILES.debian]: 'NFS="a:/b"\n' });
    expect(targetOf(files)).toEqual({ kind: 'port', where: '' });
  });
});

describe('dumps', () => {
  it('are known by their names; what is not finished is none', () => {
    const found = [
      '10 1 /var/crash/202601010101/dump.202601010101',
      '11 1 /var/crash/202601010101/dmesg.202601010101',
      '12 1 /var/crash/127.0.0.1-2026-01-01-01:01:01/vmcore',
      '13 1 /var/crash/127.0.0.1-2026-01-01-01:01:01/vmcore-incomplete',
      '14 1 /var/crash/127.0.0.1-2026-01-01-01:01:01/vmcore-dmesg.txt',
      '15 1 /var/crash/202601010102/dump-incomplete.202601010102',
      '16 1 /var/crash/vmcore.part',
      '17 1 /var/crash/vmcore',
      'x 1 /var/crash/vmcore',
      '18 1 relative/vmcore',
      '19 1 /var/crash/\u001b[2Jvmcore',
    ];
    expect(dumpsOf(found.join('\n')).map(({ bytes }) => bytes)).toEqual([10, 12, 17]);
  });

  it('are no more than a hundred', () => {
    const many = Array.from({ length: 500 }, (_, n) => `1 1 /var/crash/${n}/vmcore`);
    expect(dumpsOf(many.join('\n'))).toHaveLength(100);
  });
});

it('keeps no text of a hostile guest that is long or steers a terminal, and never throws', () => {
  const paths = [...Object.values(FACT_FILES), ...SYSCTLS.map(sysctlFile)];
  const text = fc.oneof(
    fc.string({ maxLength: 300, unit: 'binary' }),
    fc.constant('NFS=\u001b[31m'),
    fc.constant('9'.repeat(400)),
  );
  const answers = fc.record({
    files: fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(text))).map((entries) => new Map(entries)),
    ports: fc.option(fc.array(fc.option(text))),
    df: fc.option(text),
    found: fc.option(text),
  });
  fc.assert(
    fc.property(answers, (given) => {
      const shown = JSON.stringify({ ...parseFacts(given), dumps: null });
      expect(shown).toMatch(/^[ -~]*$/);
      expect(shown.length).toBeLessThan(20_000);
    }),
  );
});

it('knows nothing of a guest that says nothing', () => {
  const facts = parseFacts({ files: new Map(), ...nothing });
  expect(facts).toMatchObject({
    kernel: null,
    crashLoaded: null,
    crashBytes: null,
    target: null,
    ports: null,
    dumps: null,
  });
});
