// What was seen of a guest right before its NMI went out: does it burn, idle or move bytes, and what stands on its console.

/** Bytes and operations of all disks, or packets of all network cards, since the guest was powered on. */
export interface Traffic {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** One look at the counters of a guest. Those that the hypervisor does not have are null. */
export interface VitalsSample {
  /** CPU time of each virtual CPU, ms. */
  readonly cpuMs: readonly number[] | null;
  readonly disk: Traffic | null;
  /** `read` is received, `written` is sent. */
  readonly net: Traffic | null;
}

/** The vitals of a guest. What could not be learnt in time is null. Text out of the guest: its owner's alone (R8). */
export interface Vitals {
  /** All of it took so long, ms. */
  readonly tookMs: number;
  /** Between two looks at the counters, ms; null when there were not two. */
  readonly betweenMs: number | null;
  /** How busy each virtual CPU was between them, percent of one. */
  readonly busyPercent: readonly number[] | null;
  /** What went over disks and network cards between them. */
  readonly disk: Traffic | null;
  readonly net: Traffic | null;
  /** The last lines of the console. */
  readonly console: readonly string[] | null;
  /** `taken`, or why there is no picture of the screen. */
  readonly screen: string;
}

/** What two looks, `betweenMs` apart, say together. */
export function vitalsBetween(
  first: VitalsSample,
  second: VitalsSample,
  betweenMs: number,
): Pick<Vitals, 'betweenMs' | 'busyPercent' | 'disk' | 'net'> {
  const { cpuMs: before } = first;
  const busyPercent =
    before === null || second.cpuMs === null || betweenMs <= 0
      ? null
      : second.cpuMs.map((now, cpu) => percent(now - (before[cpu] ?? now), betweenMs));
  return {
    betweenMs: Math.round(betweenMs),
    busyPercent,
    disk: difference(first.disk, second.disk),
    net: difference(first.net, second.net),
  };
}

function percent(part: number, whole: number): number {
  return Math.max(0, Math.min(100, Math.round((100 * part) / whole)));
}

function difference(first: Traffic | null, second: Traffic | null): Traffic | null {
  if (first === null || second === null) return null;
  const less = (key: keyof Traffic) => Math.max(0, second[key] - first[key]);
  return {
    readBytes: less('readBytes'),
    writtenBytes: less('writtenBytes'),
    reads: less('reads'),
    writes: less('writes'),
  };
}
