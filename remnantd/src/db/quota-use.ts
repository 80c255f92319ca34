// What there is of each resource that is limited, counted for a project or for one user within it.

import { asId } from '../model/ids.ts';
import type { QuotaNumbers } from '../model/quota.ts';
import { countServerGroups } from './server-groups.ts';
import { usageOfProject } from './server-usage.ts';
import type { Db } from './store.ts';

/** Whose quota it is. */
export interface QuotaSubject {
  readonly projectId: string;
  /** Null: the project's own. */
  readonly userId: string | null;
}

const NOTHING_USED: QuotaNumbers = {
  instances: 0,
  cores: 0,
  ram: 0,
  metadata_items: 0,
  injected_files: 0,
  injected_file_content_bytes: 0,
  injected_file_path_bytes: 0,
  key_pairs: 0,
  server_groups: 0,
  server_group_members: 0,
  fixed_ips: 0,
  floating_ips: 0,
  security_groups: 0,
  security_group_rules: 0,
};

/**
 * What a project, or a user within it, has of each resource. Key pairs and members of
 * groups are 0, as Nova shows them.
 */
export async function quotaUse(db: Db, { projectId, userId }: QuotaSubject): Promise<QuotaNumbers> {
  const { servers, vcpus, memoryMb } = await usageOfProject(db, projectId, userId);
  return {
    ...NOTHING_USED,
    instances: servers,
    cores: vcpus,
    ram: memoryMb,
    server_groups: await countServerGroups(db, asId(projectId), userId === null ? null : asId(userId)),
  };
}
