// Every operation there is. One that is not in this list does not exist.

import { dumpsList, dumpsShow } from './dumps/read.ts';
import { flavorsDetail, flavorsExtraSpecs, flavorsList, flavorsShow } from './flavors/read.ts';
import { tokensCheck, tokensIssue, tokensRevoke, tokensShow } from './identity/tokens.ts';
import { imagesList, imagesShow } from './images/read.ts';
import type { Operation } from './operation.ts';
import { osInstanceActionsList } from './os-instance-actions/list.ts';
import { osInstanceActionsShow } from './os-instance-actions/show.ts';
import { osServicesList } from './os-services/list.ts';
import { osServicesUpdate } from './os-services/update.ts';
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
import { serversDetail, serversList } from './servers/list.ts';
import { serversShow } from './servers/show.ts';
import { identityVersion, identityVersions, imageVersions, versionsRoot, versionsShow } from './versions/read.ts';

/** All operations. */
export const OPERATIONS: readonly Operation[] = [
  versionsRoot,
  versionsShow,
  identityVersions,
  identityVersion,
  imageVersions,
  serversList,
  serversDetail,
  serversCreate,
  serversShow,
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
  osInstanceActionsList,
  osInstanceActionsShow,
  osServicesList,
  osServicesUpdate,
  flavorsList,
  flavorsDetail,
  flavorsShow,
  flavorsExtraSpecs,
  tokensIssue,
  tokensShow,
  tokensCheck,
  tokensRevoke,
  imagesList,
  imagesShow,
  dumpsList,
  dumpsShow,
];
