// The two ways the Compute API writes a time (UTC both).

/** `2024-03-01T10:00:00Z`, as in created and updated. */
export function zuluTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2024-03-01T10:00:30.000000`, as in launched_at and in services. */
export function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000`;
}

/** Like `microTime`, null for null. */
export function microTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : microTime(ms);
}

const ISO =
  /^(?<year>\d{4})(?:-(?<month>\d{2})-(?<day>\d{2})|(?<shortMonth>\d{2})(?<shortDay>\d{2}))(?:[T ](?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2})(?<fraction>\.\d+)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of an ISO 8601 time, in its long form or its compact one (no zone means UTC); null for anything else. */
export function parseTime(text: string): number | null {
  const parts = ISO.exec(text)?.groups;
  if (parts === undefined) return null;
  const { hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z' } = parts;
  const day = `${parts['year']}-${parts['month'] ?? parts['shortMonth']}-${parts['day'] ?? parts['shortDay']}`;
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}${fraction}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}
