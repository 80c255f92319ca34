// Every operation there is. One that is not in this list does not exist.

import { auditList } from './audit/list.ts';
import { dumpsList, dumpsShow } from './dumps/read.ts';
import { flavorsDetail, flavorsList } from './flavors/list.ts';
import { flavorsExtraSpec, flavorsExtraSpecs, flavorsShow } from './flavors/read.ts';
import { hostsList } from './hosts/list.ts';
import { domainsList, domainsShow } from './identity/domains.ts';
import { authCatalog, authDomains, authProjects, authSystem } from './identity/own-scopes.ts';
import { projectsList, projectsShow } from './identity/projects/read.ts';
import { projectsCreate, projectsDelete, projectsUpdate } from './identity/projects/write.ts';
import { roleAssignmentsList } from './identity/roles/assignments.ts';
import { PROJECT_GRANTS, SYSTEM_GRANTS } from './identity/roles/grants.ts';
import { rolesInferences, rolesList, rolesShow } from './identity/roles/read.ts';
import { tokensCheck, tokensIssue, tokensRevoke, tokensShow } from './identity/tokens.ts';
import { usersList, usersProjects, usersShow } from './identity/users/read.ts';
import { usersChangePassword, usersCreate, usersDelete, usersUpdate } from './identity/users/write.ts';
import { imagesList, imagesShow } from './images/read.ts';
import type { Operation } from './operation.ts';
import { osInstanceActionsList } from './os-instance-actions/list.ts';
import { osInstanceActionsShow } from './os-instance-actions/show.ts';
import { osServicesDelete } from './os-services/delete.ts';
import { osServicesList } from './os-services/list.ts';
import { osServicesUpdate } from './os-services/update.ts';
import { remnantServersList } from './remnant-servers/list.ts';
import { serversGetConsoleOutput } from './servers/actions/get-console-output.ts';
import { serversInjectNmi } from './servers/actions/inject-nmi.ts';
import { serversLock } from './servers/actions/lock.ts';
import { serversPause } from './servers/actions/pause.ts';
import { serversStart } from './servers/actions/start.ts';
import { serversStop } from './servers/actions/stop.ts';
import { serversTriggerCrashDump } from './servers/actions/trigger-crash-dump.ts';
import { serversUnlock } from './servers/actions/unlock.ts';
import { serversUnpause } from './servers/actions/unpause.ts';
import { serversCreate } from './servers/create.ts';
import { serversDelete } from './servers/delete.ts';
import { ipsList, ipsShow } from './servers/ips.ts';
import { serversDetail, serversList } from './servers/list.ts';
import { metadataList, metadataShow } from './servers/metadata/read.ts';
import { metadataCreate, metadataDelete, metadataUpdate, metadataUpdateAll } from './servers/metadata/write.ts';
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
  osInstanceActionsList,
  osInstanceActionsShow,
  osServicesList,
  osServicesUpdate,
  osServicesDelete,
  flavorsList,
  flavorsDetail,
  flavorsShow,
  flavorsExtraSpecs,
  flavorsExtraSpec,
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
  remnantServersList,
  hostsList,
  auditList,
];
