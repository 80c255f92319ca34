// The keys of requests that may be repeated, each with the request that made its change: rows in, rows out.

import type { RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { FirstRequest, OnceKey } from '../model/once-key.ts';
import type { Db } from './store.ts';

/** A key without a project has an empty one: unlike null, it is one value to a unique index. */
const scope = (key: OnceKey) => ({
  project_id: key.project ?? '',
  method: key.method,
  path: key.path,
  idempotency_key: key.key,
});

/** Adds a key for its first request. False if the key is there already, of whichever request. */
export async function insertKey(db: Db, key: OnceKey, requestId: RequestId, at: number): Promise<boolean> {
  const result = await db
    .insertInto('idempotency_keys')
    .values({ ...scope(key), fingerprint: key.fingerprint, request_id: requestId, created_at: at })
    .onConflict((c) => c.columns(['project_id', 'method', 'path', 'idempotency_key']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The first request with a key, of any age; null if there is none. */
export async function findKey(db: Db, key: OnceKey): Promise<(FirstRequest & { readonly at: number }) | null> {
  const { project_id: project, ...rest } = scope(key);
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'request_id', 'created_at'])
    .where('project_id', '=', project)
    .where('method', '=', rest.method)
    .where('path', '=', rest.path)
    .where('idempotency_key', '=', rest.idempotency_key)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { fingerprint: row.fingerprint, requestId: asId(row.request_id), at: row.created_at };
}

/** Forgets the keys of requests before `at` (wall clock, ms). */
export async function forgetKeys(db: Db, at: number): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('created_at', '<', at).execute();
}
