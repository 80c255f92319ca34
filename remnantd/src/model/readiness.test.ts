// Readiness as a table: what is known of a server, its host and its guest, and what is said of it.

import { describe, expect, it } from 'vitest';
import type { GuestFacts, GuestReadiness } from './guest-facts.ts';
import { POWER_STATE } from './power-state.ts';
import { type ReadinessInput, type ReadinessItemName, readiness } from './readiness.ts';

const MIB = 1024 * 1024;
const SYSCTLS: GuestFacts['sysctls'] = {
  unknown_nmi_panic: 1,
  panic_on_unrecovered_nmi: 0,
  panic_on_io_nmi: 0,
  hardlockup_panic: 0,
  nmi_watchdog: 0,
  panic: 0,
  kexec_load_disabled: 0,
};
const FACTS: GuestFacts = {
  kernel: '6.1.0-56-cloud-amd64',
  crashLoaded: true,
  crashBytes: 256 * MIB,
  sysctls: SYSCTLS,
  crashkernel: '256M',
  tellsFirst: true,
  ports: ['org.qemu.guest_agent.0', 'remnant.status', 'remnant.dump'],
  target: { kind: 'port', where: '' },
  freeBytes: null,
  dumps: null,
};
const GUEST: GuestReadiness = {
  sight: ['panic-device', 'console', 'ports', 'agent', 'watchdog'],
  asks: true,
  learnt: { facts: FACTS, ageMs: 240_000, stale: false, unwatched: false },
  trouble: null,
  busy: false,
};
const INPUT: ReadinessInput = {
  host: { status: 'UP', reachable: true },
  server: {
    id: 's1',
    vmState: 'active',
    taskState: null,
    launchedAt: 1,
    lockedBy: null,
    host: 'h',
    powerState: POWER_STATE.running,
    memoryMb: 512,
    origin: 'created',
  },
  isAdmin: false,
  dumpRunning: false,
  offered: { canInject: true, arch: 'x86_64' },
  guest: GUEST,
};

const withFacts = (facts: Partial<GuestFacts>, more: Partial<ReadinessInput> = {}): ReadinessInput => ({
  ...INPUT,
  ...more,
  guest: { ...GUEST, learnt: { facts: { ...FACTS, ...facts }, ageMs: 240_000, stale: false, unwatched: false } },
});
const withSysctls = (sysctls: Partial<GuestFacts['sysctls']>) => withFacts({ sysctls: { ...SYSCTLS, ...sysctls } });
const withGuest = (guest: Partial<GuestReadiness>) => ({ ...INPUT, guest: { ...GUEST, ...guest } });
const withServer = (server: Partial<ReadinessInput['server']>) => ({
  ...INPUT,
  server: { ...INPUT.server, ...server },
});
const item = (input: ReadinessInput, name: ReadinessItemName) => {
  const found = readiness(input).items.find((each) => each.item === name);
  if (found === undefined) throw new Error(`no item ${name}`);
  return found;
};

describe('a guest that has crashed', () => {
  const crashed = { powerState: POWER_STATE.crashed } as const;

  it('is not ready: nothing would come of another NMI', () => {
    const { state, expectation } = readiness(withServer(crashed));
    expect([state, expectation]).toEqual(['amber', 'crashed']);
  });

  it('is sent none where none is allowed', () => {
    expect(readiness(withServer({ ...crashed, lockedBy: 'owner' })).expectation).toBe('not_sent');
    expect(readiness({ ...withServer(crashed), dumpRunning: true }).expectation).toBe('not_sent');
  });
});

describe('a server that has all', () => {
  it('is green in every item, with the age of what its guest said', () => {
    const { state, expectation, items } = readiness(INPUT);
    expect(items.filter((each) => each.state !== 'green')).toEqual([]);
    expect([state, expectation]).toEqual(['green', 'host_dump']);
    expect(items.map((each) => each.fix)).toEqual(items.map(() => null));
    expect(item(INPUT, 'crash_kernel').ageMs).toBe(240_000);
    expect(item(INPUT, 'host').ageMs).toBeNull();
  });
});

const LOCAL: GuestFacts['target'] = { kind: 'local', where: '/var/crash' };
const NFS: GuestFacts['target'] = { kind: 'nfs', where: '192.0.2.1:/crash' };

describe('an item', () => {
  it.each<[string, ReadinessInput, ReadinessItemName, 'green' | 'amber' | 'unknown', RegExp, RegExp | null]>([
    [
      'host UNKNOWN',
      { ...INPUT, host: { status: 'UNKNOWN', reachable: false } },
      'host',
      'amber',
      /UNKNOWN/,
      /host list/,
    ],
    ['host DOWN', { ...INPUT, host: { status: 'DOWN', reachable: true } }, 'host', 'amber', /DOWN/, /host list/],
    ['host hidden', { ...INPUT, host: { status: null, reachable: true } }, 'host', 'unknown', /unknown to you/, null],
    [
      'host in maintenance',
      { ...INPUT, host: { status: 'MAINTENANCE', reachable: true } },
      'host',
      'green',
      /answers/,
      null,
    ],
    ['a dump runs', { ...INPUT, dumpRunning: true }, 'state', 'amber', /running/, /dump list s1/],
    [
      'crashed',
      withServer({ powerState: POWER_STATE.crashed }),
      'state',
      'amber',
      /crashed already: another NMI does nothing/,
      /dump show s1.*server stop s1.*server start s1/,
    ],
    ['locked', withServer({ lockedBy: 'owner' }), 'state', 'amber', /locked/, /unlock s1/],
    ['stopped', withServer({ vmState: 'stopped' }), 'state', 'amber', /vm_state is stopped/, /start s1/],
    ['rebooting', withServer({ taskState: 'rebooting' }), 'state', 'amber', /task_state is rebooting/, null],
    ['paused', withServer({ vmState: 'paused' }), 'state', 'green', /paused/, null],
    [
      'a driver without',
      { ...INPUT, offered: { canInject: false, arch: 'x86_64' } },
      'driver',
      'amber',
      /cannot/,
      null,
    ],
    [
      'another machine',
      { ...INPUT, offered: { canInject: true, arch: 'aarch64' } },
      'driver',
      'unknown',
      /aarch64/,
      null,
    ],
    ['a host unheard', { ...INPUT, offered: null }, 'driver', 'unknown', /not said/, null],
    ['no crash kernel', withFacts({ crashLoaded: false }), 'crash_kernel', 'amber', /no crash kernel/, /kdump-tools/],
    [
      'no loading',
      withFacts({ crashLoaded: false, sysctls: { ...SYSCTLS, kexec_load_disabled: 1 } }),
      'crash_kernel',
      'amber',
      /next boot/,
      /reboot/,
    ],
    [
      'nothing reserved',
      withFacts({ crashBytes: 0, crashkernel: null }),
      'crash_memory',
      'amber',
      /no memory/,
      /crashkernel=256M/,
    ],
    [
      'asked and not reserved',
      withFacts({ crashBytes: 0 }),
      'crash_memory',
      'amber',
      /256M is asked for.*reserved nothing/,
      /smaller/,
    ],
    ['too little reserved', withFacts({ crashBytes: 64 * MIB }), 'crash_memory', 'amber', /only 64 MiB/, /crashkernel/],
    [
      'only io',
      withSysctls({ unknown_nmi_panic: 0, panic_on_io_nmi: 1 }),
      'nmi_panic',
      'amber',
      /panic_on_io_nmi alone does not.*unknown reason/,
      /unknown_nmi_panic = 1/,
    ],
    ['no sysctl', withSysctls({ unknown_nmi_panic: 0 }), 'nmi_panic', 'amber', /ignores NMIs/, /unknown_nmi_panic/],
    [
      'unrecovered',
      withSysctls({ unknown_nmi_panic: 0, panic_on_unrecovered_nmi: 1 }),
      'nmi_panic',
      'green',
      /unrecovered/,
      null,
    ],
    [
      'silent of sysctls',
      withSysctls({ unknown_nmi_panic: null, panic_on_unrecovered_nmi: null }),
      'nmi_panic',
      'unknown',
      /does not say/,
      /unknown_nmi_panic/,
    ],
    ['no target', withFacts({ target: null }), 'dump_target', 'unknown', /no known configuration/, /guest-setup/],
    ['room for all', withFacts({ target: LOCAL, freeBytes: 512 * MIB }), 'dump_target', 'green', /512 MiB free/, null],
    [
      'room for some',
      withFacts({ target: LOCAL, freeBytes: 200 * MIB }),
      'dump_target',
      'green',
      /enough for one that leaves out/,
      null,
    ],
    ['no room', withFacts({ target: LOCAL, freeBytes: 100 * MIB }), 'dump_target', 'amber', /may not fit/, /make room/],
    ['room not known', withFacts({ target: LOCAL }), 'dump_target', 'unknown', /not known/, null],
    ['a server', withFacts({ target: NFS }), 'dump_target', 'unknown', /192\.0\.2\.1/, null],
    ['unused ports', withFacts({ target: LOCAL }), 'ports', 'amber', /does not use them/, /guest-setup/],
    [
      'unseen ports',
      withFacts({ ports: [] }),
      'ports',
      'amber',
      /does not see remnant\.status and remnant\.dump/,
      /modprobe/,
    ],
    ['no ports', withGuest({ sight: ['agent'] }), 'ports', 'amber', /no ports/, null],
    [
      'no panic device',
      withGuest({ sight: ['agent'] }),
      'panic_device',
      'amber',
      /no panic device/,
      /<panic model='isa'\/>/,
    ],
    ['no console', withGuest({ sight: ['agent'] }), 'console_log', 'amber', /cannot be followed/, null],
    ['no watchdog', withGuest({ sight: ['agent'] }), 'watchdog', 'amber', /notices a stall/, /hardlockup_panic=1/],
    [
      'a kernel that watches',
      { ...withSysctls({ nmi_watchdog: 1, hardlockup_panic: 1 }) },
      'watchdog',
      'green',
      /watchdog/,
      null,
    ],
    ['no channel', withGuest({ sight: ['ports'] }), 'guest_agent', 'amber', /no channel/, /org\.qemu\.guest_agent\.0/],
    [
      'no agent',
      withGuest({ trouble: { what: 'absent', ageMs: 1 } }),
      'guest_agent',
      'amber',
      /no guest agent runs/,
      /apt-get install qemu-guest-agent/,
    ],
    [
      'a silent agent',
      withGuest({ trouble: { what: 'silent', ageMs: 1 } }),
      'guest_agent',
      'amber',
      /may be stalled/,
      null,
    ],
    [
      'a blocked agent',
      withGuest({ trouble: { what: 'blocked', ageMs: 1 } }),
      'guest_agent',
      'amber',
      /may not do/,
      /guest-exec/,
    ],
    ['a driver that asks none', withGuest({ asks: false }), 'guest_agent', 'amber', /asks no guest agents/, null],
    ['a crash followed', withGuest({ busy: true }), 'guest_agent', 'unknown', /while a crash/, null],
    ['no sight', withGuest({ sight: null }), 'panic_device', 'unknown', /could not be read/, null],
    ['no answer', { ...INPUT, guest: null }, 'crash_kernel', 'unknown', /host did not answer/, null],
    ['never asked', withGuest({ learnt: null }), 'crash_kernel', 'unknown', /never asked/, null],
    [
      'booted since',
      withGuest({ learnt: { facts: FACTS, ageMs: 1, stale: true, unwatched: false } }),
      'crash_kernel',
      'unknown',
      /booted since/,
      null,
    ],
  ])('%s: %#', (_what, input, name, state, says, fix) => {
    const found = item(input, name);
    expect([found.state, found.says]).toEqual([state, expect.stringMatching(says)]);
    if (fix === null) expect(found.fix).toBeNull();
    else expect(found.fix).toMatch(fix);
  });

  it('of an adopted server comes with the XML to add', () => {
    const input = { ...withGuest({ sight: [] }), server: { ...INPUT.server, origin: 'adopted' as const } };
    expect(item(input, 'watchdog').fix).toContain("<watchdog model='i6300esb' action='inject-nmi'/>");
    expect(item(input, 'guest_agent').fix).toContain("<channel type='unix'>");
  });
});

it('what was learnt before a time in which nobody watched says so', () => {
  const input = withGuest({ learnt: { facts: FACTS, ageMs: 1, stale: false, unwatched: true } });
  expect(item(input, 'crash_kernel')).toMatchObject({
    state: 'green',
    says: expect.stringContaining('may have booted'),
  });
});

describe('the whole', () => {
  it.each<[string, ReadinessInput, string, string]>([
    ['ready for its own disk', withFacts({ target: LOCAL, freeBytes: 9_999 * MIB }), 'green', 'guest_dump'],
    ['on a server', withFacts({ target: NFS }), 'unknown', 'remote_dump'],
    ['to nobody knows where', withFacts({ target: null }), 'unknown', 'some_dump'],
    ['without a crash kernel', withFacts({ crashLoaded: false }), 'amber', 'panic_only'],
    ['that ignores NMIs', withSysctls({ unknown_nmi_panic: 0 }), 'amber', 'nothing'],
    ['that is stopped', withServer({ vmState: 'stopped' }), 'amber', 'not_sent'],
    ['on a host that cannot', { ...INPUT, offered: { canInject: false, arch: 'x86_64' } }, 'amber', 'not_sent'],
    [
      'on a host that is away',
      { ...INPUT, host: { status: 'UNKNOWN', reachable: false }, guest: null },
      'amber',
      'unknown',
    ],
    ['on a host that may not be seen', { ...INPUT, host: { status: null, reachable: true } }, 'green', 'host_dump'],
    ['with the port its configuration names missing', withGuest({ sight: ['agent'] }), 'amber', 'some_dump'],
    [
      'that was not asked since it booted',
      withGuest({ learnt: { facts: FACTS, ageMs: 1, stale: true, unwatched: false } }),
      'unknown',
      'unknown',
    ],
    // What was learnt before it stalled is what there is to go on.
    ['that does not answer now', withGuest({ trouble: { what: 'silent', ageMs: 1 } }), 'green', 'host_dump'],
    [
      'without an agent, never asked',
      withGuest({ learnt: null, trouble: { what: 'absent', ageMs: 1 } }),
      'amber',
      'unknown',
    ],
  ])('a guest %s', (_what, input, state, expectation) => {
    const now = readiness(input);
    expect([now.state, now.expectation]).toEqual([state, expectation]);
  });
});

describe('a bare-metal machine', () => {
  const METAL: ReadinessInput = {
    ...INPUT,
    server: { ...INPUT.server, origin: 'adopted' },
    offered: { canInject: true, arch: 'x86_64', mayRepeat: true, bareMetal: true },
    guest: { sight: ['power'], asks: false, learnt: null, trouble: null, busy: false },
  };

  it('is not known to be ready, and for nothing that it could not have is it called unready', () => {
    const { state, expectation, items } = readiness(METAL);
    expect([state, expectation]).toEqual(['unknown', 'unknown']);
    expect(items.filter((each) => each.state === 'amber').map((each) => each.item)).toEqual(['console_log']);
    for (const { item: name, state: is, says, fix } of items) {
      if (is === 'unknown') expect([name, says, fix]).toEqual([name, expect.stringMatching(/^bare metal/), null]);
      expect(fix ?? '', name).not.toMatch(/[<>]|virsh|apt-get/);
    }
  });

  it('is told that its NMI may be sent again, and by what it goes', () => {
    expect(item(METAL, 'driver').says).toBe(
      'bare metal (x86_64): NMIs go through its BMC, and whether that takes them is known once one is asked for; an NMI is sent at least once: it may be sent again',
    );
    const once = { ...METAL, offered: { canInject: true, arch: '', bareMetal: true } };
    expect(item(once, 'driver').says).toBe(
      'bare metal: NMIs go through its BMC, and whether that takes them is known once one is asked for',
    );
  });

  it('gets none where the driver sends none', () => {
    const none = { ...METAL, offered: { canInject: false, arch: 'x86_64', bareMetal: true } };
    expect(item(none, 'driver').state).toBe('amber');
    expect(readiness(none).expectation).toBe('not_sent');
  });

  it('has a console where Ironic has one, and nobody knows where Ironic does not say', () => {
    const seen = (sight: readonly string[] | null) =>
      item({ ...METAL, guest: { ...GUEST, sight } }, 'console_log').state;
    expect([seen(['power', 'console']), seen(['power']), seen(null)]).toEqual(['green', 'amber', 'unknown']);
  });
});
