// Another connection to a database under test, as another program would have one: it runs statements, with no schema of ours.

import SQLite from 'better-sqlite3';
import { Client } from 'pg';

/** Runs `statements` one after the other on the database at `url`, each by itself. `concurrently` in them is left out for SQLite. */
export async function runElsewhere(url: string, statements: readonly string[]): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new SQLite(url.slice('sqlite:'.length), { timeout: 20_000 });
    for (const statement of statements) database.exec(statement.replace(' concurrently', ''));
    database.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  // One after the other: they build on each other.
  // oxlint-disable-next-line no-await-in-loop
  for (const statement of statements) await client.query(statement);
  await client.end();
}
