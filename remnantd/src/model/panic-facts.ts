// What a kernel said when it died, out of its console or its dmesg: which kernel, why, and the lines with the back trace.
// The text is a guest's, so it may be anything: what is made of it is bounded and harmless, and claims nothing that is not in it.

import { harmlessLines } from './harmless-text.ts';

/** The last words of a kernel. */
export interface PanicFacts {
  /** Its release, such as `6.1.0-56-cloud-amd64`; null when the text does not say. */
  readonly kernel: string | null;
  /** Its own words, such as `Kernel panic - not syncing: NMI: Not continuing`; null when it gave no reason. */
  readonly reason: string | null;
  /** What it printed around that, without times, at most `MOST_LINES` lines of `LONGEST` characters. */
  readonly lines: readonly string[];
}

/** More lines than a panic and the fault before it take. */
export const MOST_LINES = 120;
/** A longer line is cut. */
export const LONGEST = 200;
/** So far before a panic its cause is looked for. */
const BEFORE = 70;
/** A dmesg has less; what is older is not looked at. */
const LAST_CHARACTERS = 2 ** 20;

/** In front of a line: syslog's priority, the time since the boot, the task or processor that printed it. */
const STAMP = /^(?:<\d{1,3}>)?\[ *\d{1,10}\.\d{1,9}\](?:\[ *[TC]\d{1,10}\])? ?/;
const PANIC = /Kernel panic - not syncing: .*/;
const PANIC_END = /---\[ end Kernel panic - not syncing/;
/** Faults that may end in a panic, in the words of Linux: arch/x86/mm/fault.c, lib/bug.c, kernel/watchdog.c, hung_task.c. */
const FAULT =
  /(?:\bBUG: |\bkernel BUG at |\bOops: |\bUnable to handle kernel |\bInternal error: |\bgeneral protection fault\b|\binvalid opcode: |\bdivide error: |\bstack segment: |\bdouble fault: |\bINFO: rcu\S* (?:self-)?detected|\bINFO: task .* blocked for more than).*/;
/** What leads to a panic without a fault. */
const CAUSE = /\bUhhuh\. NMI received\b|\bsysrq: (?:SysRq : )?Trigger a crash\b|\bNMI: (?:IOCK|PCI system) error\b/;
const FAULT_END = /---\[ end trace /;
/** Another kernel begins here. */
const BOOT = /\bLinux version (\S+)/;
/** The line of a stack dump that names the kernel: `CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1`. */
const STACK_HEAD = /\bCPU: \d+ (?:UID: \d+ )?PID: \d+ Comm: .{0,64}? (?:Not tainted|Tainted: [A-Z ]{1,64}?) *(\d\S*) #/;

/** The last panic in `text`, or, where it has none, the last fault; null when the kernel said neither. */
export function panicFacts(text: string): PanicFacts | null {
  const lines = harmlessLines(text.slice(-LAST_CHARACTERS)).map((line) =>
    line.trimEnd().replace(STAMP, '').slice(0, LONGEST),
  );
  const panic = lines.findLastIndex((line) => PANIC.test(line) && !PANIC_END.test(line));
  const at = panic < 0 ? lines.findLastIndex((line) => FAULT.test(line)) : panic;
  if (at < 0) return null;
  const said = [beginning(lines, at), ending(lines, at)] as const;
  const around = lines.slice(...said).filter((line) => line.trim() !== '');
  const words = (PANIC.exec(lines[at] ?? '') ?? FAULT.exec(lines[at] ?? ''))?.[0];
  return { kernel: kernelOf(lines, around, at), reason: words?.trim() ?? null, lines: around.slice(0, MOST_LINES) };
}

/** The first line of what led to line `at`: a fault before a panic belongs to it if no kernel booted between. */
function beginning(lines: readonly string[], at: number): number {
  let first = at;
  for (let i = at - 1; i >= Math.max(0, at - BEFORE); i -= 1) {
    const line = lines[i] ?? '';
    if (BOOT.test(line) || PANIC_END.test(line)) break;
    if (FAULT.test(line) || CAUSE.test(line)) first = i;
  }
  return first;
}

/** Behind the last line that belongs to line `at`. */
function ending(lines: readonly string[], at: number): number {
  const over = PANIC.test(lines[at] ?? '') ? PANIC_END : FAULT_END;
  for (let i = at + 1; i < lines.length && i - at < MOST_LINES; i += 1) {
    const line = lines[i] ?? '';
    if (over.test(line)) return i + 1;
    if (BOOT.test(line)) return i;
  }
  return Math.min(lines.length, at + MOST_LINES);
}

function kernelOf(lines: readonly string[], around: readonly string[], at: number): string | null {
  for (const line of around) {
    const found = STACK_HEAD.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  const booted = lines.findLastIndex((line, index) => index <= at && BOOT.test(line));
  return BOOT.exec(lines[booted] ?? '')?.[1] ?? null;
}
