// `make golden CASES=FILE`: replays a file of recorded answers, tells each difference, and ends in `N passed, N failed`.
// Exit code 0: all passed; 1: some did not; 2: the file cannot be replayed.

import { resolve } from 'node:path';
import { EXCEPTIONS } from './exceptions.ts';
import { goldenFixtures } from './golden-data.ts';
import { BadRecording, COMMITTED, readRecorded } from './recorded-file.ts';
import type { Replayed } from './replay.ts';
import { replay } from './replay.ts';

/** A failed case in words: the request, then each difference. */
export function tell({ recorded, differences }: Replayed): string {
  const { name, method, path, headers, body } = recorded;
  const asked = [headers['openstack-api-version'] ?? headers['x-openstack-nova-api-version'], headers['x-auth-token']];
  const reason = Object.entries(EXCEPTIONS).find(([, names]) => names.includes(name))?.[0];
  return [
    `FAILED ${name}${reason === undefined ? '' : `  (known: ${reason})`}`,
    `  ${method} ${path}  ${asked.filter((text) => text !== undefined).join(', ')}`,
    ...(body === null ? [] : [`  ${body.slice(0, 400)}`]),
    ...differences.flatMap(({ place, expected, came }) => [`    ${place}`, `      - ${expected}`, `      + ${came}`]),
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(file: string | undefined): Promise<number> {
  const path = file === undefined || file === '' ? COMMITTED : resolve(file);
  let cases: ReturnType<typeof readRecorded>;
  try {
    cases = readRecorded(path, goldenFixtures().ids);
  } catch (error) {
    if (!(error instanceof BadRecording)) throw error;
    process.stderr.write(`${path instanceof URL ? path.pathname : path} ${error.message}\n`);
    return 2;
  }
  const replayed = await replay(cases);
  const failed = replayed.cases.filter((one) => one.differences.length > 0);
  for (const one of failed) say(tell(one));
  if (failed.length > 0) say('(- is what was recorded, + what came)');
  for (const error of replayed.errors) say(`behind the API: ${error}`);
  say(`${replayed.cases.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 || replayed.errors.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv[2]);
