// The last admin cannot lock everybody out: a change after which nobody could sign in as an admin is not made.

import { anAdminIsLeft } from '../../db/role-assignments.ts';
import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';

/** Runs `change`. Fault last-admin, which undoes the transaction, if there was an admin before and is none after. */
export async function keepAnAdmin<T>(tx: Db, change: () => Promise<T>): Promise<T> {
  const before = await anAdminIsLeft(tx);
  const done = await change();
  if (before && !(await anAdminIsLeft(tx))) throw fault('last-admin');
  return done;
}
