// The items of readiness that are the guest's own word, learnt by its agent while it was healthy. A guest that does not answer
// now keeps what was learnt before, with its age; one that has booted since is not known any more.

import type { GuestFacts, LookTrouble } from './guest-facts.ts';
import type { ReadinessInput, ReadinessItem } from './readiness.ts';
import { amber, DEVICE_XML, green, inDevices, noSight, sees, unknown } from './readiness-host.ts';

type Judged = Omit<ReadinessItem, 'item' | 'needed' | 'ageMs'>;

const MIB = 1024 * 1024;
/** A Debian kernel's crash kernel with makedumpfile came up with 80 MiB, and not with 72. */
const LEAST_CRASH_BYTES = 80 * MIB;
const UNWATCHED = ' (it may have booted since: it was not watched all the time)';
const PORTS = ['remnant.status', 'remnant.dump'] as const;

const NMI_FIX =
  "echo 'kernel.unknown_nmi_panic = 1' > /etc/sysctl.d/60-crash-dump.conf && sysctl -p /etc/sysctl.d/60-crash-dump.conf";
const KDUMP_FIX = 'in the guest: apt-get install kdump-tools (dnf install kexec-tools), reboot, kdump-config show';
const RESERVE_FIX =
  'in the guest: GRUB_CMDLINE_LINUX_DEFAULT="... crashkernel=256M" in /etc/default/grub.d/kdump-tools.cfg, update-grub, reboot';

/** Judges them. */
export function guestItems(input: ReadinessInput): ReadinessItem[] {
  const learnt = input.guest?.learnt ?? null;
  const facts = learnt === null || learnt.stale ? null : learnt.facts;
  const ageMs = learnt?.ageMs ?? null;
  const told = (judge: (facts: GuestFacts) => Judged): Judged => {
    if (facts === null) return untold(input);
    const judged = judge(facts);
    return learnt?.unwatched === true ? { ...judged, says: `${judged.says}${UNWATCHED}` } : judged;
  };
  const toPort = facts?.target?.kind === 'port';
  return [
    { item: 'crash_kernel', needed: true, ageMs, ...told(crashKernel) },
    { item: 'crash_memory', needed: true, ageMs, ...told(crashMemory) },
    { item: 'nmi_panic', needed: true, ageMs, ...told(nmiPanic) },
    { item: 'dump_target', needed: true, ageMs, ...told((known) => dumpTarget(known, input.server.memoryMb)) },
    { item: 'ports', needed: toPort, ageMs: facts?.ports == null ? null : ageMs, ...ports(input, facts) },
    { item: 'guest_agent', needed: facts === null, ...guestAgent(input) },
    { item: 'watchdog', needed: false, ageMs, ...watchdog(input, facts) },
  ];
}

/** Why nothing is known of the guest. */
function untold({ guest }: ReadinessInput): Judged {
  if (guest === null) return unknown('the host did not answer, so what it knows of the guest is not known here');
  if (guest.learnt?.stale === true) return unknown('the guest has booted since it was last asked');
  return unknown('the guest was never asked, or never answered: see guest_agent');
}

function crashKernel({ crashLoaded, sysctls }: GuestFacts): Judged {
  if (crashLoaded === null) return unknown('the guest does not say whether a crash kernel is loaded', KDUMP_FIX);
  if (crashLoaded) return green('a crash kernel is loaded');
  return sysctls.kexec_load_disabled === 1
    ? amber('no crash kernel is loaded, and none can be until the next boot (kexec_load_disabled)', KDUMP_FIX)
    : amber('no crash kernel is loaded: the guest panics and leaves no dump', KDUMP_FIX);
}

function crashMemory({ crashBytes, crashkernel }: GuestFacts): Judged {
  if (crashBytes === null) return unknown('the guest does not say how much memory is reserved', RESERVE_FIX);
  const mib = Math.floor(crashBytes / MIB);
  if (crashBytes === 0) {
    return crashkernel === null
      ? amber('no memory is reserved for a crash kernel', RESERVE_FIX)
      : amber(
          `crashkernel=${crashkernel} is asked for, but the kernel reserved nothing: there was no room for it`,
          'a smaller crashkernel=, or a flavor with more memory; then reboot',
        );
  }
  if (crashBytes < LEAST_CRASH_BYTES) {
    return amber(`only ${mib} MiB are reserved: a crash kernel hardly comes up with less than 80`, RESERVE_FIX);
  }
  return green(`${mib} MiB are reserved for it`);
}

function nmiPanic({ sysctls }: GuestFacts): Judged {
  const { unknown_nmi_panic: any, panic_on_unrecovered_nmi: unrecovered, panic_on_io_nmi: io } = sysctls;
  if (any === 1) return green('an NMI makes it panic (unknown_nmi_panic)');
  if (unrecovered === 1) return green('an NMI makes it panic (panic_on_unrecovered_nmi)');
  if (any === null && unrecovered === null) return unknown('the guest does not say what it does with an NMI', NMI_FIX);
  return io === 1
    ? amber(
        "panic_on_io_nmi alone does not make it panic: QEMU's NMI arrives as one of unknown reason, not as an IO check",
        NMI_FIX,
      )
    : amber('it ignores NMIs: neither unknown_nmi_panic nor panic_on_unrecovered_nmi is set', NMI_FIX);
}

function dumpTarget({ target, freeBytes }: GuestFacts, memoryMb: number): Judged {
  if (target === null) {
    return unknown(
      'no known configuration in the guest says where a dump goes',
      'remnant guest-setup prints one that hands it to the host',
    );
  }
  switch (target.kind) {
    case 'port':
      return green('a dump goes through the port to the host: neither disk nor network is needed');
    case 'nfs':
    case 'ssh':
    case 'ftp':
      return unknown(
        `a dump goes to ${target.where} by ${target.kind}: whether that can be reached from the crash kernel, and has room, only the guest could know`,
      );
    case 'raw':
      return green(`a dump goes onto ${target.where}`);
    case 'local': {
      if (freeBytes === null) return unknown(`a dump goes to ${target.where}: how much room is there is not known`);
      const freeMib = Math.floor(freeBytes / MIB);
      const room = `${target.where} has ${freeMib} MiB free, the guest ${memoryMb} MiB of memory`;
      if (freeMib >= memoryMb) return green(`a dump goes to ${room}`);
      // With makedumpfile's level 31 a dump is a small part of the memory; without, it is all of it.
      const fix = `make room in ${target.where}, or hand dumps to the host: remnant guest-setup`;
      return freeMib * 4 >= memoryMb
        ? green(`a dump goes to ${room}: enough for one that leaves out free and user pages`)
        : amber(`a dump may not fit: ${room}`, fix);
    }
  }
}

function ports(input: ReadinessInput, facts: GuestFacts | null): Judged {
  const has = sees(input, 'ports');
  if (has === null) return noSight(input);
  if (!has) {
    return amber(
      "it has no ports of Remnant's: a dump cannot be handed to the host, and goes to the guest's own target",
      input.server.origin === 'adopted' ? 'a server that Remnant makes has them; an adopted one cannot get them' : null,
    );
  }
  if (facts === null) return unknown("it has Remnant's ports; whether its crash kernel uses them is not known");
  if (facts.target?.kind !== 'port') {
    return amber("it has Remnant's ports, and its crash kernel does not use them", 'remnant guest-setup');
  }
  const missing = facts.ports === null ? [] : PORTS.filter((name) => facts.ports?.includes(name) !== true);
  return missing.length === 0
    ? green("it has Remnant's ports, and its crash kernel uses them")
    : amber(`the guest does not see ${missing.join(' and ')}`, 'in the guest: modprobe virtio_console');
}

const AGENT_FIX = 'in the guest: apt-get install qemu-guest-agent (dnf install qemu-guest-agent)';
const TROUBLE: Readonly<Record<LookTrouble, readonly [says: string, fix: string | null]>> = {
  absent: ['nobody answers at its channel: no guest agent runs', AGENT_FIX],
  silent: ['the guest agent does not answer: the guest may be stalled', null],
  blocked: [
    'the guest agent may not do what it is asked for',
    'allow guest-file-open, guest-file-read, guest-file-close, guest-exec and guest-exec-status in /etc/sysconfig/qemu-ga or /etc/qemu/qemu-ga.conf; systemctl restart qemu-guest-agent',
  ],
  'not-running': ['the guest is not running', null],
  failed: ['the guest agent could not be asked', null],
};

function guestAgent(input: ReadinessInput): Judged & { readonly ageMs: number | null } {
  const { guest } = input;
  if (guest === null) return { ...unknown('the host did not answer'), ageMs: null };
  if (!guest.asks) return { ...amber('the driver of its host asks no guest agents', null), ageMs: null };
  if (sees(input, 'agent') === false) {
    return { ...amber('it has no channel for a guest agent', inDevices(DEVICE_XML.agent)), ageMs: null };
  }
  if (guest.busy) return { ...unknown('the guest is not asked while a crash of it is followed'), ageMs: null };
  if (guest.trouble !== null) {
    const [says, fix] = TROUBLE[guest.trouble.what];
    return { ...amber(says, fix), ageMs: guest.trouble.ageMs };
  }
  if (guest.learnt === null) return { ...unknown('the guest agent was not asked yet'), ageMs: null };
  if (guest.learnt.stale)
    return { ...unknown('the guest agent has not been asked since the guest booted'), ageMs: null };
  return { ...green('the guest agent answered'), ageMs: guest.learnt.ageMs };
}

function watchdog(input: ReadinessInput, facts: GuestFacts | null): Judged {
  if (sees(input, 'watchdog') === true) return green('it has a watchdog device');
  if (facts?.sysctls.nmi_watchdog === 1 && facts.sysctls.hardlockup_panic === 1) {
    return green('its kernel panics by itself when a CPU stands still (nmi_watchdog, hardlockup_panic)');
  }
  if (sees(input, 'watchdog') === null && facts === null) return noSight(input);
  const fix =
    input.server.origin === 'adopted'
      ? inDevices(DEVICE_XML.watchdog)
      : 'in the guest, where its CPU counts events: sysctl -w kernel.nmi_watchdog=1 kernel.hardlockup_panic=1';
  return amber('nothing in it notices a stall by itself: somebody has to', fix);
}
