// Two processes on one file: a transaction that has begun is the only writer, so that what it read still holds when it writes.

import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../../../test/harness/temp-dir.ts';
import { openSqlite } from './open-sqlite.ts';

it('nobody writes between what a transaction reads and what it writes', async () => {
  const path = join(tempDir(), 'remnant.db');
  const opened = openSqlite(
    path,
    () => {},
    () => 0,
  );
  const { write } = opened;
  await sql`create table counts (n integer not null)`.execute(write);
  await sql`insert into counts values (1)`.execute(write);
  const other = new SQLite(path, { timeout: 0 });
  onTestFinished(async () => {
    other.close();
    await opened.close();
  });
  const writeElsewhere = () => other.exec('update counts set n = n + 10');
  await write.transaction().execute(async (tx) => {
    const { rows } = await sql<{ n: number }>`select n from counts`.execute(tx);
    expect(writeElsewhere).toThrow(/database is locked/);
    await sql`update counts set n = ${(rows[0]?.n ?? 0) + 1}`.execute(tx);
  });
  writeElsewhere();
  expect((await sql`select n from counts`.execute(write)).rows).toEqual([{ n: 12 }]);
});
