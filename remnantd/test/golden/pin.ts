// Holds the recordings at the highest microversion that the recorded Nova had, while the one here goes up: what a recorded request
// says of that highest is said of ours, and what our answer says of ours is said of the recorded one.

import { MICROVERSIONS } from '../../src/model/microversion.ts';
import type { RecordedAnswer } from './recorded-file.ts';

/** What the recorded Nova spoke at most, and the first that it refused. */
const RECORDED = { max: '2.93', above: '2.94' } as const;
const ABOVE = `2.${Number(MICROVERSIONS.max.slice(2)) + 1}`;
const VERSION_HEADERS: ReadonlySet<string> = new Set(['openstack-api-version', 'x-openstack-nova-api-version']);

/** The headers of a recorded request, to ask here for what they asked for there. */
export function pinnedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    VERSION_HEADERS.has(name) ? value.replace(/\blatest\b/, RECORDED.max).replace(RECORDED.above, ABOVE) : value,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** An answer from here, with the recorded highest in the place of ours wherever it names it. */
export function pinnedAnswer({ status, headers, body }: RecordedAnswer): RecordedAnswer {
  const asHeader = (text: string) => text.replace(ABOVE, RECORDED.above);
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, texts]) => [name, texts.map(asHeader)])),
    body: body
      .replaceAll(`"version":"${MICROVERSIONS.max}"`, `"version":"${RECORDED.max}"`)
      .replace(`Version ${ABOVE} is`, `Version ${RECORDED.above} is`)
      .replace(`maximum is ${MICROVERSIONS.max}.`, `maximum is ${RECORDED.max}.`),
  };
}
