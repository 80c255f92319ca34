// What simulated guests print on their serial console. The lines that people and parsers look for are the Linux kernel's
// own; the rest is plain filler. Every function takes the guest's uptime in ms, for the kernel's time stamps.

/** Text for a console at an uptime in ms; whole lines, each with its line end. */
export type ConsoleText = (uptimeMs: number) => string;

/** A kernel coming up to user space. With `stall`, user space then wedges every CPU and the kernel complains. */
export function bootText(name: string, commandLine: string, stall: boolean): string {
  const lines = [
    kernelLine(0, 'Linux version 6.1.0-sim (sim@remnant) #1 SMP PREEMPT_DYNAMIC'),
    kernelLine(0, `Command line: ${commandLine}`),
    kernelLine(412, 'Run /init as init process'),
    `${name} login: `,
  ];
  if (stall) {
    lines.push(kernelLine(26_412, 'watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [spin:142]'));
  }
  return asText(lines);
}

/** A panic on an NMI of unknown reason, up to the kernel's last line. */
export const panicText: ConsoleText = (uptimeMs) =>
  openPanicText(uptimeMs) +
  asText([kernelLine(uptimeMs, '---[ end Kernel panic - not syncing: NMI: Not continuing ]---')]);

/** The same of a kernel that reboots at once (kernel.panic=-1), which has no last line. */
export const openPanicText: ConsoleText = (uptimeMs) =>
  asText([
    kernelLine(uptimeMs, 'Kernel panic - not syncing: NMI: Not continuing'),
    kernelLine(uptimeMs, 'CPU: 0 PID: 142 Comm: spin Not tainted 6.1.0-sim #1'),
    kernelLine(uptimeMs, 'Hardware name: Remnant simulated machine'),
    kernelLine(uptimeMs, 'Call Trace:'),
    kernelLine(uptimeMs, ' <NMI>'),
    kernelLine(uptimeMs, ' panic'),
    kernelLine(uptimeMs, ' unknown_nmi_error'),
    kernelLine(uptimeMs, ' exc_nmi'),
    kernelLine(uptimeMs, ' </NMI>'),
  ]);

/** A kernel that shrugs an NMI off. */
export const dazedText: ConsoleText = (uptimeMs) =>
  asText([
    kernelLine(uptimeMs, 'Uhhuh. NMI received for unknown reason 31 on CPU 0.'),
    kernelLine(uptimeMs, 'Dazed and confused, but trying to continue'),
  ]);

/** The crash kernel, up. The panic itself never reaches the console when a crash kernel takes over. */
export const crashKernelText: ConsoleText = () =>
  asText([kernelLine(0, 'Linux version 6.1.0-sim (sim@remnant) crash kernel'), 'KD[0.41] CRASH-KERNEL-UP']);

/** The crash kernel, done saving. */
export const dumpDoneText: ConsoleText = () => asText(['KD[1.52] DUMP-DONE rc=0']);

/** The crash kernel, done without a dump. */
export const dumpFailedText: ConsoleText = () => asText(['makedumpfile Failed.', 'KD[1.52] DUMP-DONE rc=1']);

function kernelLine(uptimeMs: number, text: string): string {
  return `[${(uptimeMs / 1000).toFixed(6).padStart(12)}] ${text}`;
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
