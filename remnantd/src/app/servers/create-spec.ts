// What a host needs to make a server's guest, out of the server's row: the same when it is made, rebuilt or made again on
// another host.

import type { ConfigDrive, CreateSpec } from '../../model/command.ts';
import type { Image } from '../../model/image.ts';
import type { Server } from '../../model/server.ts';

/** A file that a server's owner puts into it: its path, and its content in base64. */
export type InjectedFile = NonNullable<ConfigDrive['files']>[number];

/** What of a server's owner goes into its guest and stands in no row of the server. */
export interface OwnersThings {
  /** The text of its public key; null without one. */
  readonly publicKey: string | null;
  readonly files: readonly InjectedFile[];
}

/** The spec of `server` as it is to be, made from `image`. */
export function createSpecOf(
  server: Server,
  image: Pick<Image, 'id' | 'properties'>,
  things: OwnersThings,
): CreateSpec {
  const { flavor } = server;
  return {
    id: server.id,
    name: server.instanceName,
    displayName: server.name,
    projectId: server.projectId,
    vcpus: flavor.vcpus,
    memoryMb: flavor.ram,
    image: image.id,
    boot: image.properties,
    metadata: server.metadata,
    diskGb: flavor.disk,
    network: server.networks === 'auto',
    ...(server.configDrive ? { configDrive: configDriveOf(server, things) } : {}),
  };
}

function configDriveOf(server: Server, { publicKey, files }: OwnersThings): ConfigDrive {
  const { hostname, availabilityZone, keyName, userData, launchIndex } = server;
  return {
    hostname,
    availabilityZone,
    key: keyName === null || publicKey === null ? null : { name: keyName, publicKey },
    userData,
    launchIndex,
    ...(files.length === 0 ? {} : { files }),
  };
}
