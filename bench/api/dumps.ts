// Crash dumps through a running daemon, one after the other: how long until it is accepted and until its end is on record,
// each beside a raw SQLite commit made at the same moment on the same file system.

import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import type { Cloud } from './daemon.ts';
import { SCRATCH } from './daemon.ts';
import type { Line } from './http-load.ts';

/** What one dump took, ms. */
export interface DumpTimes {
  readonly accepted: number;
  readonly finished: number;
  /** A commit of one row of the size of a command's, synchronous=FULL. */
  readonly commit: number;
}

/** A database that nothing but raw commits are made in. */
export function openCommits(): { commit(): number; close(): void } {
  const database = new SQLite(join(SCRATCH, 'commits.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table if not exists rows (seq integer primary key, text text not null)');
  const insert = database.prepare('insert into rows (text) values (?)');
  const text = 'x'.repeat(500);
  return {
    commit: () => {
      const began = performance.now();
      insert.run(text);
      return performance.now() - began;
    },
    close: () => database.close(),
  };
}

/** Dumps each of `servers` once; of none may a dump run. Throws when one is not accepted or does not end in success. */
export async function dumpEach(
  cloud: Cloud,
  line: Line,
  headers: Readonly<Record<string, string>>,
  servers: readonly string[],
): Promise<DumpTimes[]> {
  const commits = openCommits();
  // Read beside the daemon, so that waiting for the end costs it nothing.
  const database = new SQLite(join(cloud.dir, 'remnant.db'), { readonly: true });
  const outcome = database.prepare('select outcome from commands where server_id = ? order by seq desc').pluck();
  const times: DumpTimes[] = [];
  for (const id of servers) {
    const commit = commits.commit();
    const began = performance.now();
    // One after the other is what is measured.
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await line.send({
      method: 'POST',
      path: `/v2.1/servers/${id}/action`,
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"trigger_crash_dump":null}',
    });
    const accepted = performance.now() - began;
    if (status !== 202) throw new Error(`trigger_crash_dump: ${status} ${body.toString('utf8', 0, 300)}`);
    let ended: string | null = null;
    while (ended === null) {
      // oxlint-disable-next-line no-await-in-loop
      await turn();
      ended = outcome.get(id) as string | null;
    }
    if (!ended.includes('success')) throw new Error(`trigger_crash_dump ended with ${ended}`);
    times.push({ accepted, finished: performance.now() - began, commit });
  }
  database.close();
  commits.close();
  return times;
}

/** Ends the dumps that are still followed: their servers may be dumped again, and a next daemon does not start with them. */
export function forgetDumps(cloud: Cloud): void {
  const database = new SQLite(join(cloud.dir, 'remnant.db'));
  database.prepare("update dumps set phase = 'ended', ended_at = requested_at where ended_at is null").run();
  database.close();
}
