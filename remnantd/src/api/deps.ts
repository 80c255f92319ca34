// Everything handlers may reach: authorised rows, the use cases of writes, what is known of hosts. A handler names the part
// it needs and gets no database, no bus, no driver.

import type { Access } from '../access/access.ts';
import type { CheckPasswordDeps } from '../app/identity/check-password.ts';
import type { IdentityDeps } from '../app/identity/identity-writes.ts';
import type { IssueTokenDeps } from '../app/identity/issue-token.ts';
import type { CreateServerDeps } from '../app/servers/create-server.ts';
import type { InjectNmiDeps } from '../app/servers/inject-nmi.ts';
import type { ReadConsoleDeps } from '../app/servers/read-console.ts';
import type { UpdateServiceDeps } from '../app/services/update-service.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { RowTexts } from './row-texts.ts';

/** The parts, by what they are for. */
export interface ApiDeps {
  readonly access: Access;
  readonly hosts: HostTable;
  readonly texts: RowTexts;
  /** For writes on servers: everything any of them needs. */
  readonly servers: CreateServerDeps & InjectNmiDeps & ReadConsoleDeps;
  readonly services: UpdateServiceDeps;
  readonly tokens: IssueTokenDeps;
  /** For writes on users, projects and roles. */
  readonly identity: IdentityDeps & CheckPasswordDeps;
  /** Scheme, host and port under which clients reach us, for the catalogue. Null: as the request says. */
  readonly publicUrl: string | null;
  readonly region: string;
  /** A page of a list has at most this many rows. */
  readonly maxLimit: number;
}
