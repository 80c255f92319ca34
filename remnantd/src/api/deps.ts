// Everything handlers may reach: authorised rows, the use cases of writes, what is known of hosts. A handler names the part
// it needs and gets no database, no bus, no driver.

import type { Access } from '../access/access.ts';
import type { AggregateDeps } from '../app/aggregates/aggregate-writes.ts';
import type { DeleteArtefactDeps } from '../app/artefacts/delete-artefact.ts';
import type { OpenArtefactDeps } from '../app/artefacts/open-artefact.ts';
import type { ReadDmesgDeps } from '../app/artefacts/read-dmesg.ts';
import type { FlavorDeps } from '../app/flavors/flavor-writes.ts';
import type { HostUptimeDeps } from '../app/hosts/host-uptime.ts';
import type { CheckPasswordDeps } from '../app/identity/check-password.ts';
import type { IdentityDeps } from '../app/identity/identity-writes.ts';
import type { IssueTokenDeps } from '../app/identity/issue-token.ts';
import type { KeypairDeps } from '../app/keypairs/create-keypair.ts';
import type { QuotaDeps } from '../app/quotas/change-quotas.ts';
import type { GroupDeps } from '../app/server-groups/create-server-group.ts';
import type { CreateServerDeps } from '../app/servers/create-server.ts';
import type { InjectNmiDeps } from '../app/servers/inject-nmi.ts';
import type { ReadConsoleDeps } from '../app/servers/read-console.ts';
import type { UpdateServiceDeps } from '../app/services/update-service.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { TransitionLog } from '../liveness/transition-log.ts';
import type { RowTexts } from './row-texts.ts';

/** The parts, by what they are for. */
export interface ApiDeps {
  readonly access: Access;
  readonly hosts: HostTable;
  /** What of hosts was written down last, in memory. */
  readonly transitions: Pick<TransitionLog, 'last'>;
  readonly texts: RowTexts;
  /** For writes on servers: everything any of them needs. */
  readonly servers: CreateServerDeps & InjectNmiDeps & ReadConsoleDeps;
  readonly services: UpdateServiceDeps;
  readonly quotas: QuotaDeps;
  readonly flavors: FlavorDeps;
  readonly keypairs: KeypairDeps;
  readonly serverGroups: GroupDeps;
  readonly aggregates: AggregateDeps;
  /** For asking hosts how long they are up. */
  readonly hostUptime: HostUptimeDeps;
  readonly tokens: IssueTokenDeps;
  /** For writes on users, projects and roles. */
  readonly identity: IdentityDeps & CheckPasswordDeps;
  /** For the files of dumps. */
  readonly artefacts: OpenArtefactDeps & DeleteArtefactDeps & ReadDmesgDeps;
  /** Scheme, host and port under which clients reach us, for the catalogue. Null: as the request says. */
  readonly publicUrl: string | null;
  readonly region: string;
  /** A page of a list has at most this many rows. */
  readonly maxLimit: number;
}
