// Every operation there is. One that is not in this list does not exist.

import { auditList } from './audit/list.ts';
import { artefactsDelete } from './dumps/artefacts/delete.ts';
import { artefactsDmesg } from './dumps/artefacts/dmesg.ts';
import { artefactsCheck, artefactsDownload } from './dumps/artefacts/download.ts';
import { dumpsCreate } from './dumps/create.ts';
import { dumpsList, dumpsShow } from './dumps/read.ts';
import { extensionsList, extensionsShow } from './extensions/read.ts';
import { flavorsAccess, flavorsAddTenantAccess, flavorsRemoveTenantAccess } from './flavors/access.ts';
import { flavorsDetail, flavorsList } from './flavors/list.ts';
import { flavorsExtraSpec, flavorsExtraSpecs, flavorsShow } from './flavors/read.ts';
import { flavorsCreate, flavorsDelete, flavorsUpdate } from './flavors/write.ts';
import { flavorsCreateExtraSpecs, flavorsDeleteExtraSpec, flavorsUpdateExtraSpec } from './flavors/write-specs.ts';
import { hostsList } from './hosts/list.ts';
import { hostsShow } from './hosts/show.ts';
import { hostsTransitions } from './hosts/transitions.ts';
import { domainsList, domainsShow } from './identity/domains.ts';
import { authCatalog, authDomains, authProjects, authSystem } from './identity/own-scopes.ts';
import { projectsList, projectsShow } from './identity/projects/read.ts';
import { projectsCreate, projectsDelete, projectsUpdate } from './identity/projects/write.ts';
import { roleAssignmentsList } from './identity/roles/assignments.ts';
import { PROJECT_GRANTS, SYSTEM_GRANTS } from './identity/roles/grants.ts';
import { rolesInferences, rolesList, rolesShow } from './identity/roles/read.ts';
import { tokensIssue } from './identity/sign-in.ts';
import { tokensCheck, tokensRevoke, tokensShow } from './identity/tokens.ts';
import { usersList, usersProjects, usersShow } from './identity/users/read.ts';
import { usersChangePassword, usersCreate, usersDelete, usersUpdate } from './identity/users/write.ts';
import { imagesList, imagesShow } from './images/read.ts';
import { limitsShow } from './limits/show.ts';
import type { Operation } from './operation.ts';
import { aggregatesAddHost, aggregatesRemoveHost, aggregatesSetMetadata } from './os-aggregates/actions.ts';
import { aggregatesCacheImages } from './os-aggregates/images.ts';
import { aggregatesList, aggregatesShow } from './os-aggregates/read.ts';
import { aggregatesCreate, aggregatesDelete, aggregatesUpdate } from './os-aggregates/write.ts';
import { availabilityZonesDetail, availabilityZonesList } from './os-availability-zone/list.ts';
import { osHostsList, osHostsShow } from './os-hosts/read.ts';
import { osHostsReboot, osHostsShutdown, osHostsStartup, osHostsUpdate } from './os-hosts/write.ts';
import { hypervisorsDetail, hypervisorsList } from './os-hypervisors/list.ts';
import {
  hypervisorsSearch,
  hypervisorsServers,
  hypervisorsShow,
  hypervisorsStatistics,
  hypervisorsUptime,
} from './os-hypervisors/show.ts';
import { osInstanceActionsList } from './os-instance-actions/list.ts';
import { osInstanceActionsShow } from './os-instance-actions/show.ts';
import { osKeypairsList, osKeypairsShow } from './os-keypairs/read.ts';
import { osKeypairsCreate, osKeypairsDelete } from './os-keypairs/write.ts';
import { osMigrationsList } from './os-migrations/list.ts';
import { osQuotaClassSetsShow, osQuotaClassSetsUpdate } from './os-quota-class-sets/operations.ts';
import { osQuotaSetsDefaults, osQuotaSetsDetail, osQuotaSetsShow } from './os-quota-sets/read.ts';
import { osQuotaSetsDelete, osQuotaSetsUpdate } from './os-quota-sets/write.ts';
import { osServerGroupsList, osServerGroupsShow } from './os-server-groups/read.ts';
import { osServerGroupsCreate, osServerGroupsDelete } from './os-server-groups/write.ts';
import { osServicesDelete } from './os-services/delete.ts';
import { osServicesList } from './os-services/list.ts';
import { osServicesUpdate } from './os-services/update.ts';
import { osSimpleTenantUsageList, osSimpleTenantUsageShow } from './os-simple-tenant-usage/read.ts';
import { readinessShow } from './readiness/show.ts';
import { remnantServersList } from './remnant-servers/list.ts';
import { serversConfirmResize } from './servers/actions/confirm-resize.ts';
import { serversEvacuate } from './servers/actions/evacuate.ts';
import { serversForceDelete } from './servers/actions/force-delete.ts';
import { serversGetConsoleOutput } from './servers/actions/get-console-output.ts';
import { serversInjectNmi } from './servers/actions/inject-nmi.ts';
import { serversLock } from './servers/actions/lock.ts';
import { serversPause } from './servers/actions/pause.ts';
import { serversReboot } from './servers/actions/reboot.ts';
import { serversRebuild } from './servers/actions/rebuild.ts';
import { serversRescue } from './servers/actions/rescue.ts';
import { serversResetState } from './servers/actions/reset-state.ts';
import { serversResize } from './servers/actions/resize.ts';
import { serversResume } from './servers/actions/resume.ts';
import { serversRevertResize } from './servers/actions/revert-resize.ts';
import { serversStart } from './servers/actions/start.ts';
import { serversStop } from './servers/actions/stop.ts';
import { serversSuspend } from './servers/actions/suspend.ts';
import { serversTriggerCrashDump } from './servers/actions/trigger-crash-dump.ts';
import { serversUnlock } from './servers/actions/unlock.ts';
import { serversUnpause } from './servers/actions/unpause.ts';
import { serversUnrescue } from './servers/actions/unrescue.ts';
import { serversCreate } from './servers/create.ts';
import { serversDelete } from './servers/delete.ts';
import { ipsList, ipsShow } from './servers/ips.ts';
import { serversDetail, serversList } from './servers/list.ts';
import { metadataList, metadataShow } from './servers/metadata/read.ts';
import { metadataCreate, metadataDelete, metadataUpdate, metadataUpdateAll } from './servers/metadata/write.ts';
import { serverMigrationsList } from './servers/migrations.ts';
import { serverPasswordShow } from './servers/server-password.ts';
import { serversShow } from './servers/show.ts';
import { tagsList, tagsShow } from './servers/tags/read.ts';
import { tagsDelete, tagsDeleteAll, tagsUpdate, tagsUpdateAll } from './servers/tags/write.ts';
import { serversUpdate } from './servers/update.ts';
import {
  identityVersion,
  identityVersions,
  imageVersions,
  remnantVersion,
  versionsRoot,
  versionsShow,
} from './versions/read.ts';

/** All operations. */
export const OPERATIONS: readonly Operation[] = [
  versionsRoot,
  versionsShow,
  identityVersions,
  identityVersion,
  imageVersions,
  remnantVersion,
  serversList,
  serversDetail,
  serversCreate,
  serversShow,
  serversUpdate,
  serversDelete,
  serversStart,
  serversStop,
  serversPause,
  serversUnpause,
  serversSuspend,
  serversResume,
  serversReboot,
  serversRescue,
  serversResize,
  serversConfirmResize,
  serversRevertResize,
  serversRebuild,
  serversEvacuate,
  serversUnrescue,
  serversResetState,
  serversForceDelete,
  serversLock,
  serversUnlock,
  serversTriggerCrashDump,
  serversInjectNmi,
  // The first spec's method; the second one's is POST, and both stay.
  { ...serversInjectNmi, id: 'servers.inject-nmi-put', method: 'PUT' },
  serversGetConsoleOutput,
  metadataList,
  metadataCreate,
  metadataUpdateAll,
  metadataShow,
  metadataUpdate,
  metadataDelete,
  tagsList,
  tagsUpdateAll,
  tagsDeleteAll,
  tagsShow,
  tagsUpdate,
  tagsDelete,
  ipsList,
  ipsShow,
  serverPasswordShow,
  osInstanceActionsList,
  osInstanceActionsShow,
  osMigrationsList,
  serverMigrationsList,
  osServicesList,
  osServicesUpdate,
  osServicesDelete,
  hypervisorsList,
  hypervisorsDetail,
  hypervisorsStatistics,
  hypervisorsShow,
  hypervisorsUptime,
  hypervisorsSearch,
  hypervisorsServers,
  availabilityZonesList,
  availabilityZonesDetail,
  aggregatesList,
  aggregatesCreate,
  aggregatesShow,
  aggregatesUpdate,
  aggregatesDelete,
  aggregatesAddHost,
  aggregatesRemoveHost,
  aggregatesSetMetadata,
  aggregatesCacheImages,
  osHostsList,
  osHostsShow,
  osHostsUpdate,
  osHostsStartup,
  osHostsShutdown,
  osHostsReboot,
  limitsShow,
  osQuotaSetsShow,
  osQuotaSetsDetail,
  osQuotaSetsDefaults,
  osQuotaSetsUpdate,
  osQuotaSetsDelete,
  osQuotaClassSetsShow,
  osQuotaClassSetsUpdate,
  osSimpleTenantUsageList,
  osSimpleTenantUsageShow,
  flavorsList,
  flavorsDetail,
  flavorsShow,
  flavorsExtraSpecs,
  flavorsExtraSpec,
  flavorsCreate,
  flavorsUpdate,
  flavorsDelete,
  flavorsCreateExtraSpecs,
  flavorsUpdateExtraSpec,
  flavorsDeleteExtraSpec,
  flavorsAccess,
  flavorsAddTenantAccess,
  flavorsRemoveTenantAccess,
  osKeypairsList,
  osKeypairsShow,
  osKeypairsCreate,
  osKeypairsDelete,
  osServerGroupsList,
  osServerGroupsShow,
  osServerGroupsCreate,
  osServerGroupsDelete,
  extensionsList,
  extensionsShow,
  tokensIssue,
  tokensShow,
  tokensCheck,
  tokensRevoke,
  authProjects,
  authDomains,
  authSystem,
  authCatalog,
  domainsList,
  domainsShow,
  usersList,
  usersShow,
  usersProjects,
  usersCreate,
  usersUpdate,
  usersDelete,
  usersChangePassword,
  projectsList,
  projectsShow,
  projectsCreate,
  projectsUpdate,
  projectsDelete,
  rolesList,
  rolesShow,
  rolesInferences,
  ...PROJECT_GRANTS,
  ...SYSTEM_GRANTS,
  roleAssignmentsList,
  imagesList,
  imagesShow,
  dumpsList,
  dumpsShow,
  dumpsCreate,
  artefactsDownload,
  artefactsCheck,
  artefactsDelete,
  artefactsDmesg,
  readinessShow,
  remnantServersList,
  hostsList,
  hostsShow,
  hostsTransitions,
  auditList,
];
