// The policy rules of what belongs to a server: its metadata, tags, addresses and password. By Nova's names and with its new defaults.

import { PROJECT_MEMBER_OR_ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ONE = '/servers/{server_id}';

export const METADATA_INDEX = rule(
  'os_compute_api:server-metadata:index',
  PROJECT_READER_OR_ADMIN,
  "List a server's metadata",
  `GET ${ONE}/metadata`,
);
export const METADATA_SHOW = rule(
  'os_compute_api:server-metadata:show',
  PROJECT_READER_OR_ADMIN,
  "Show an item of a server's metadata",
  `GET ${ONE}/metadata/{key}`,
);
export const METADATA_CREATE = rule(
  'os_compute_api:server-metadata:create',
  PROJECT_MEMBER_OR_ADMIN,
  'Add metadata to a server',
  `POST ${ONE}/metadata`,
);
export const METADATA_UPDATE_ALL = rule(
  'os_compute_api:server-metadata:update_all',
  PROJECT_MEMBER_OR_ADMIN,
  "Replace a server's metadata",
  `PUT ${ONE}/metadata`,
);
export const METADATA_UPDATE = rule(
  'os_compute_api:server-metadata:update',
  PROJECT_MEMBER_OR_ADMIN,
  "Set an item of a server's metadata",
  `PUT ${ONE}/metadata/{key}`,
);
export const METADATA_DELETE = rule(
  'os_compute_api:server-metadata:delete',
  PROJECT_MEMBER_OR_ADMIN,
  "Remove an item of a server's metadata",
  `DELETE ${ONE}/metadata/{key}`,
);
export const TAGS_INDEX = rule(
  'os_compute_api:os-server-tags:index',
  PROJECT_READER_OR_ADMIN,
  "List a server's tags",
  `GET ${ONE}/tags`,
);
export const TAGS_SHOW = rule(
  'os_compute_api:os-server-tags:show',
  PROJECT_READER_OR_ADMIN,
  'Tell whether a server has a tag',
  `GET ${ONE}/tags/{tag}`,
);
export const TAGS_UPDATE_ALL = rule(
  'os_compute_api:os-server-tags:update_all',
  PROJECT_MEMBER_OR_ADMIN,
  "Replace a server's tags",
  `PUT ${ONE}/tags`,
);
export const TAGS_UPDATE = rule(
  'os_compute_api:os-server-tags:update',
  PROJECT_MEMBER_OR_ADMIN,
  'Give a server a tag',
  `PUT ${ONE}/tags/{tag}`,
);
export const TAGS_DELETE_ALL = rule(
  'os_compute_api:os-server-tags:delete_all',
  PROJECT_MEMBER_OR_ADMIN,
  "Remove all of a server's tags",
  `DELETE ${ONE}/tags`,
);
export const TAGS_DELETE = rule(
  'os_compute_api:os-server-tags:delete',
  PROJECT_MEMBER_OR_ADMIN,
  'Remove a tag from a server',
  `DELETE ${ONE}/tags/{tag}`,
);
export const IPS_INDEX = rule(
  'os_compute_api:ips:index',
  PROJECT_READER_OR_ADMIN,
  "List a server's addresses",
  `GET ${ONE}/ips`,
);
export const IPS_SHOW = rule(
  'os_compute_api:ips:show',
  PROJECT_READER_OR_ADMIN,
  "List a server's addresses on one network",
  `GET ${ONE}/ips/{network}`,
);
export const PASSWORD_SHOW = rule(
  'os_compute_api:os-server-password:show',
  PROJECT_READER_OR_ADMIN,
  'Show the password a guest left',
  `GET ${ONE}/os-server-password`,
);
