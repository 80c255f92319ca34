// The period of a usage report (nova/api/openstack/compute/simple_tenant_usage.py _get_datetime_range).

import { fault } from '../../model/faults.ts';
import type { Query } from '../query.ts';

/** From when until when, in wall-clock ms; until then at the latest now. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

// Python's strptime takes numbers without their leading zeros.
const MOMENT =
  /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?<mark>[T ])(?<hour>\d{1,2}):(?<minute>\d{1,2}):(?<second>\d{1,2})(?:\.(?<fraction>\d{1,6}))?$/;

/** The period a query asks for. Fault bad-request. */
export function periodOf(query: Query, now: number): Period {
  const [start, end] = [momentOf(query, 'start'), momentOf(query, 'end')];
  // Nova looks at the clock twice for who asks for neither: a moment lies between.
  if (start === null && end === null) return { from: now, until: now };
  const [from, until] = [start ?? now, end ?? now];
  if (from >= until) {
    const message = 'Invalid start time. The start time cannot occur after the end time.';
    throw fault('bad-request', { message });
  }
  return { from, until: Math.min(until, now) };
}

/** The first that is not empty, as Python's parse_qs has it; null without one. */
function momentOf(query: Query, name: 'start' | 'end'): number | null {
  const text = query[name]?.find((value) => value !== '');
  if (text === undefined) return null;
  const ms = msOf(text);
  if (ms === null) {
    throw fault('bad-request', { message: 'Invalid datetime string: Datetime is in invalid format' });
  }
  return ms;
}

function msOf(text: string): number | null {
  const parts = MOMENT.exec(text)?.groups;
  // Of the forms with a space, only the one with a fraction is known.
  if (parts === undefined || (parts['mark'] === ' ' && parts['fraction'] === undefined)) return null;
  const two = (name: string) => (parts[name] ?? '').padStart(2, '0');
  const fraction = (parts['fraction'] ?? '0').padEnd(3, '0').slice(0, 3);
  const day = `${parts['year']}-${two('month')}-${two('day')}`;
  const ms = Date.parse(`${day}T${two('hour')}:${two('minute')}:${two('second')}.${fraction}Z`);
  // There is no 30th of February, which `Date` would take for the 1st of March.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day ? null : ms;
}
