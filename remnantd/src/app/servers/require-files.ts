// Whether a server may be given files, by the quota of its project. Order and texts are Nova's (_check_injected_file_quota).

import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { QuotaNumbers, QuotaResource } from '../../model/quota.ts';
import type { QuotaOwner } from '../quotas/require-quota.ts';
import { limitOf } from '../quotas/require-quota.ts';
import type { InjectedFile } from './create-spec.ts';

/** Faults too-many-files, file-path-too-long, file-too-big. Contents count as they are sent, as in Nova. */
export async function requireFiles(
  tx: Db,
  configured: QuotaNumbers,
  owner: QuotaOwner,
  files: readonly InjectedFile[],
): Promise<void> {
  if (files.length === 0) return;
  const limit = (resource: QuotaResource) => limitOf(tx, configured, owner, resource);
  const isOver = (most: number, used: number) => most >= 0 && used > most;
  if (isOver(await limit('injected_files'), files.length)) throw fault('too-many-files');
  const longest = await limit('injected_file_path_bytes');
  if (files.some(({ path }) => isOver(longest, path.length))) throw fault('file-path-too-long', { most: longest });
  const biggest = await limit('injected_file_content_bytes');
  if (files.some(({ contents }) => isOver(biggest, contents.length))) throw fault('file-too-big', { most: biggest });
}
