// The agent in a simulated guest: its answers follow from what the guest would do with an NMI, so that what is learnt of a
// guest beforehand and what it does then agree. `sim_agent` and `sim_nmi` make other guests of it, and `sim_files` has the last
// word.

import { isObject, type JsonValue } from '../../lib/json.ts';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { DriverFault, type GuestAgent, GuestAgentFault, type GuestAsk, type GuestRun } from '../driver.ts';
import { behaviourName, simOption } from './behaviours.ts';
import type { SimClock } from './clock.ts';
import { isStalled } from './reaction.ts';
import type { SimGuest } from './world-record.ts';

/** libvirt needs so long to find that nobody answers, ms. */
const SILENT_MS = 5_100;

/** The ability; `find` throws for a guest that is not there. */
export function simAgent(find: (id: ServerId) => SimGuest, clock: SimClock): GuestAgent {
  const ask = async <T>(id: ServerId, { boundMs, signal }: GuestAsk, answer: (guest: SimGuest) => T): Promise<T> => {
    const guest = find(id);
    if (guest.powerState !== POWER_STATE.running) {
      throw new DriverFault('not-running', `Instance ${id} is not running.`, { novaClass: 'InstanceNotRunning' });
    }
    const how = simOption(guest.spec, 'sim_agent') ?? 'answers';
    if (how === 'none')
      throw new GuestAgentFault('absent', 'Guest agent is not responding: QEMU guest agent is not connected');
    if (how === 'blocked') throw new GuestAgentFault('blocked', 'Command guest-exec has been disabled');
    if (guest.kernel !== 'up' || how === 'silent' || isStalled(guest)) {
      await silence(clock, Math.min(boundMs, SILENT_MS), signal);
      throw new GuestAgentFault('silent', 'Guest agent is not responding: Guest agent not available for now');
    }
    return answer(guest);
  };
  return {
    readFiles: (id, paths, how) =>
      ask(id, how, (guest) => {
        const files = filesOf(guest);
        return new Map(paths.map((path) => [path, files.get(path)?.slice(0, how.mostBytes) ?? null]));
      }),
    run: (id, argv, how) =>
      ask(id, how, (guest) => {
        const { exitCode, out } = runIn(filesOf(guest), argv);
        return { exitCode, out: out.slice(0, how.mostBytes) };
      }),
  };
}

/** Nothing, for `ms` or until it is called off. */
function silence(clock: SimClock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.defer(ms, resolve);
    const end = () => {
      cancel();
      resolve();
    };
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}

/** The files of a guest that is up, by path. */
function filesOf(guest: SimGuest): ReadonlyMap<string, string> {
  const { spec } = guest;
  const behaviour = behaviourName(spec);
  const hasCrashKernel = behaviour.startsWith('kdump');
  const panicsOn = simOption(spec, 'sim_nmi') ?? (behaviour === 'ignores' ? 'none' : 'unknown');
  const reserved = hasCrashKernel ? ' crashkernel=128M' : '';
  const files = new Map<string, string>([
    ['/proc/sys/kernel/osrelease', '6.1.0-sim\n'],
    ['/proc/cmdline', `${spec.boot?.commandLine ?? ''}${reserved}\n`],
    ['/sys/kernel/kexec_crash_loaded', hasCrashKernel ? '1\n' : '0\n'],
    ['/sys/kernel/kexec_crash_size', hasCrashKernel ? '134217728\n' : '0\n'],
    ['/proc/sys/kernel/unknown_nmi_panic', panicsOn === 'unknown' ? '1\n' : '0\n'],
    ['/proc/sys/kernel/panic_on_unrecovered_nmi', panicsOn === 'unrecovered' ? '1\n' : '0\n'],
    ['/proc/sys/kernel/panic_on_io_nmi', panicsOn === 'io' ? '1\n' : '0\n'],
    ['/proc/sys/kernel/hardlockup_panic', '0\n'],
    ['/proc/sys/kernel/nmi_watchdog', '0\n'],
    ['/proc/sys/kernel/panic', '0\n'],
    ['/proc/sys/kernel/kexec_load_disabled', '0\n'],
    ['/sys/class/virtio-ports/vport1p1/name', 'org.qemu.guest_agent.0\n'],
  ]);
  if (guest.ours) {
    files.set('/sys/class/virtio-ports/vport1p2/name', 'remnant.status\n');
    files.set('/sys/class/virtio-ports/vport1p3/name', 'remnant.dump\n');
  }
  const target = behaviour === 'kdump-local' ? 'local' : behaviour === 'kdump-nfs' ? 'nfs' : 'port';
  if (hasCrashKernel && target === 'port') {
    files.set('/etc/initramfs-tools/scripts/init-top/remnant', 'port=$(remnant_port remnant.dump)\n');
  }
  if (target !== 'port') {
    const nfs = target === 'nfs' ? 'NFS="192.0.2.1:/crash"\n' : '';
    files.set('/etc/default/kdump-tools', `USE_KDUMP=1\nKDUMP_COREDIR="/var/crash"\n${nfs}`);
  }
  // Each time its crash kernel saved, there is one dump more.
  const saved = target === 'local' ? guest.console.split('DUMP-DONE rc=0').length - 1 : 0;
  for (let n = 1; n <= saved; n += 1) {
    const stamp = String(202_600_000_000 + n);
    files.set(`/var/crash/${stamp}/dump.${stamp}`, `KDUMP   ${'\0'.repeat(100)}`);
  }
  for (const [path, text] of scripted(simOption(spec, 'sim_files'))) files.set(path, text);
  return files;
}

function scripted(json: string | undefined): [string, string][] {
  const given = json === undefined ? null : (JSON.parse(json) as JsonValue);
  if (!isObject(given)) return [];
  return Object.entries(given).flatMap(([path, text]) => (typeof text === 'string' ? [[path, text]] : []));
}

/** The few programs a simulated guest has. */
function runIn(files: ReadonlyMap<string, string>, argv: readonly string[]): GuestRun {
  const [program = '', ...words] = argv;
  const path = words.find((word) => word.startsWith('/')) ?? '/';
  const under = [...files].filter(([each]) => each.startsWith(`${path.replace(/\/$/, '')}/`));
  switch (program) {
    case 'cat': {
      const text = files.get(path);
      return text === undefined ? { exitCode: 1, out: '' } : { exitCode: 0, out: text };
    }
    case 'ls': {
      const names = new Set(under.map(([each]) => each.slice(path.replace(/\/$/, '').length + 1).split('/')[0]));
      return under.length === 0 ? { exitCode: 2, out: '' } : { exitCode: 0, out: `${[...names].join('\n')}\n` };
    }
    case 'find':
      return {
        exitCode: under.length === 0 ? 1 : 0,
        out: under.map(([each, text]) => `${text.length} 0 ${each}\n`).join(''),
      };
    case 'df': {
      const free = files.get('sim:free-kib') ?? '8000000';
      const head = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
      return { exitCode: 0, out: `${head}\n/dev/vda1 10000000 2000000 ${free.trim()} 20% /\n` };
    }
    default:
      throw new GuestAgentFault('blocked', `Guest agent command failed: no program ${program}`);
  }
}
