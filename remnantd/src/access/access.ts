// The one door to rows: everything an operation reads comes through here, checked.

import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import type { QuotaNumbers } from '../model/quota.ts';
import type { Policy } from '../policy/policy-engine.ts';
import type { Images } from '../ports/images.ts';
import type { AggregateAccess } from './aggregate-access.ts';
import { aggregateAccess } from './aggregate-access.ts';
import type { AuditAccess } from './audit-access.ts';
import { auditAccess } from './audit-access.ts';
import type { RuleTarget } from './authorise.ts';
import { authorise, permits } from './authorise.ts';
import type { CatalogueAccess } from './catalogue-access.ts';
import { catalogueAccess } from './catalogue-access.ts';
import type { GroupAccess } from './group-access.ts';
import { groupAccess } from './group-access.ts';
import type { HostAccess } from './host-access.ts';
import { hostAccess } from './host-access.ts';
import type { IdentityAccess } from './identity-access.ts';
import { identityAccess } from './identity-access.ts';
import type { KeypairAccess } from './keypair-access.ts';
import { keypairAccess } from './keypair-access.ts';
import type { MigrationAccess } from './migration-access.ts';
import { migrationAccess } from './migration-access.ts';
import type { QuotaAccess } from './quota-access.ts';
import { quotaAccess } from './quota-access.ts';
import type { RecordAccess } from './record-access.ts';
import { recordAccess } from './record-access.ts';
import type { ServerAccess } from './server-access.ts';
import { serverAccess } from './server-access.ts';
import type { ServiceAccess } from './service-access.ts';
import { serviceAccess } from './service-access.ts';
import type { UsageAccess } from './usage-access.ts';
import { usageAccess } from './usage-access.ts';

/** Authorised rows by noun. */
export interface Access {
  readonly servers: ServerAccess;
  readonly records: RecordAccess;
  readonly services: ServiceAccess;
  readonly hosts: HostAccess;
  readonly aggregates: AggregateAccess;
  readonly migrations: MigrationAccess;
  readonly catalogue: CatalogueAccess;
  readonly keypairs: KeypairAccess;
  readonly groups: GroupAccess;
  readonly quotas: QuotaAccess;
  readonly usage: UsageAccess;
  readonly audit: AuditAccess;
  readonly identity: IdentityAccess;
  /** True if `rule` allows: for fields that are left out rather than refused. */
  permits(caller: Caller, rule: string, target?: RuleTarget): boolean;
  /** Fault policy-denied unless `rule` allows: for what has no row yet. */
  authorise(caller: Caller, rule: string, target?: RuleTarget): void;
}

/** Opens the door; `quotas`: those of the configuration. */
export function openAccess(store: Store, policy: Policy, images: Images, quotas: QuotaNumbers): Access {
  return {
    servers: serverAccess(store, policy),
    records: recordAccess(store),
    services: serviceAccess(store, policy),
    hosts: hostAccess(store, policy),
    aggregates: aggregateAccess(store, policy),
    migrations: migrationAccess(store, policy),
    catalogue: catalogueAccess(store, images),
    keypairs: keypairAccess(store, policy),
    groups: groupAccess(store, policy),
    quotas: quotaAccess(store, policy, quotas),
    usage: usageAccess(store, policy),
    audit: auditAccess(store, policy),
    identity: identityAccess(store, policy),
    permits: (caller, rule, target) => permits(policy, caller, rule, target),
    authorise: (caller, rule, target) => authorise(policy, caller, rule, target),
  };
}
