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

/** Milliseconds of an ISO 8601 time (no zone means UTC); null for anything else. */
export function parseTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return null;
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) || text.length === 10 ? text : `${text}Z`;
  const ms = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(ms) ? null : ms;
}
