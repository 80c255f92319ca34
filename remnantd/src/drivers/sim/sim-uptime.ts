// How long a simulated host is up, in the line that the program uptime prints: clients take it apart.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The line, at `now` (ms since 1970) on a host that is up for `upMs`. */
export function uptimeLine(now: number, upMs: number): string {
  const time = new Date(now).toISOString().slice(11, 19);
  const hours = String(Math.floor((upMs % DAY) / HOUR)).padStart(2);
  const minutes = String(Math.floor((upMs % HOUR) / MINUTE)).padStart(2, '0');
  return ` ${time} up ${Math.floor(upMs / DAY)} days, ${hours}:${minutes},  0 users,  load average: 0.00, 0.00, 0.00\n`;
}
