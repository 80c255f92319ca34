// A counter of all that may make a token worth something else: whoever remembers what one is worth reads this alone. It is moved by
// the database, so that programs of before, and people at its console, move it too.

import type { Kysely } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds it, and what moves it. A new token, user or project makes no token of before worth anything else. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  const heads = db.withTables<{ heads: { name: string; n: number } }>();
  await heads.insertInto('heads').values({ name: 'identity', n: 0 }).execute();
  await words.countChanges(db, 'tokens', ['update', 'delete'], 'identity');
  await words.countChanges(db, 'users', ['update', 'delete'], 'identity');
  await words.countChanges(db, 'projects', ['update', 'delete'], 'identity');
  await words.countChanges(db, 'role_assignments', ['insert', 'update', 'delete'], 'identity');
}
