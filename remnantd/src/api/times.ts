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

const DAY = String.raw`(?:-(?<month>\d{1,2})|(?<shortMonth>\d{2})(?!$))(?:(?:-(?<day>\d{1,2})|(?<shortDay>\d{2}))`;
const TIME = String.raw`[ T](?<hour>\d{2})(?::?(?<minute>\d{2}))?(?::?(?<second>\d{1,2})(?:[.,](?<fraction>\d+))?)?`;
const ZONE = String.raw`(?<zone>Z|(?<sign>[+-])(?<zoneHour>\d{2}):?(?<zoneMinute>\d{2})?)?`;
const ISO = new RegExp(String.raw`^(?<year>\d{4})(?:${DAY}(?:${TIME}${ZONE})?)?)?$`);
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/**
 * Milliseconds of an ISO 8601 time in any form that Python's iso8601 reads: what is missing at its end is the first there is, and
 * no zone means UTC. Null for anything else.
 */
export function parseTime(text: string): number | null {
  const parts = ISO.exec(text)?.groups;
  if (parts === undefined || parts['year'] === '0000') return null;
  const two = (part: string | undefined, missing = '0') => (part ?? missing).padStart(2, '0');
  const month = two(parts['month'] ?? parts['shortMonth'], '1');
  const day = two(parts['day'] ?? parts['shortDay'], '1');
  const time = `${two(parts['hour'])}:${two(parts['minute'])}:${two(parts['second'])}`;
  const utc = `${parts['year']}-${month}-${day}T${time}.${(parts['fraction'] ?? '').slice(0, 3).padEnd(3, '0')}Z`;
  const ms = Date.parse(utc);
  // JavaScript knows a 30th of February, and an hour 24.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== utc) return null;
  const ahead = Number(parts['zoneHour'] ?? 0) * 60 + Number(parts['zoneMinute'] ?? 0);
  return ahead < DAY_MINUTES ? ms - (parts['sign'] === '-' ? -ahead : ahead) * MINUTE_MS : null;
}
