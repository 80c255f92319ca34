// The section about quotas: what each project may have where nobody said otherwise. Names and defaults are Nova's.

import { Type } from 'typebox';

const limit = (description: string, value: number) =>
  Type.Integer({ description, minimum: -1, maximum: 2_147_483_647, default: value });

/** Quotas. */
export const quota = Type.Object(
  {
    instances: limit('Servers.', 10),
    cores: limit('CPUs of all servers together.', 20),
    ram: limit('Memory of all servers together. MiB.', 51_200),
    metadata_items: limit('Pairs of metadata of one server.', 128),
    injected_files: limit('Files put into one server (until microversion 2.56).', 5),
    injected_file_content_bytes: limit('Bytes of one such file.', 10_240),
    injected_file_path_bytes: limit("Characters of such a file's path.", 255),
    key_pairs: limit('Key pairs of one user.', 100),
    server_groups: limit('Server groups.', 10),
    server_group_members: limit("One user's servers in one server group.", 10),
  },
  {
    additionalProperties: false,
    default: {},
    description:
      'What a project may have, where its own quota or the class `default` does not say otherwise; -1 is no limit.',
  },
);
