// What a real Nova 26 took on two such cores: CPU of all its daemons per request, in ms.

/** By what was asked. */
export const NOVA_CPU_MS = {
  show: 51,
  'detail?limit=100': 275,
  'detail?limit=1000': 2_441,
  'os-services': 24,
  trigger_crash_dump: 75,
} as const;

/** trigger_crash_dump, p50 in ms. */
export const NOVA_DUMP_MS = { accepted: 30, finished: 65 } as const;
/** All its daemons, resident, in MiB. */
export const NOVA_RSS_MB = 2_900;
