// Identifiers as branded strings, so that a server's id can never be passed where a command's is wanted.
// The brand exists for the compiler alone; at run time each is a plain string.

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** A server (Nova: instance), a lower-case UUID. */
export type ServerId = Id<'server'>;
/** A command: one thing a host must do, a UUID. */
export type CommandId = Id<'command'>;
/** A crash dump followed from request to verdict, a UUID. */
export type DumpId = Id<'dump'>;
/** A file that came of a dump, kept on its host, a UUID. */
export type ArtefactId = Id<'artefact'>;
/** A request: `req-` and a UUID, as Nova names it in `x-openstack-request-id`. */
export type RequestId = Id<'request'>;
/** A host that runs servers, by its name: as HOST_NAME_PATTERN has it. */
export type HostName = Id<'host'>;
/** A machine that is a hypervisor by itself, one of several of a host (Ironic: a node's UUID). */
export type NodeId = Id<'node'>;
/** A service's UUID (Nova from 2.53). */
export type ServiceId = Id<'service'>;
/** A project's id. */
export type ProjectId = Id<'project'>;
/** A user's id. */
export type UserId = Id<'user'>;
/** An image's id, a UUID. */
export type ImageId = Id<'image'>;

/** The names of hosts, for a schema. */
export const HOST_NAME_PATTERN = '^[a-zA-Z0-9-._]{1,255}$';
const HOST_NAME = new RegExp(HOST_NAME_PATTERN);

/** True if a host may be called so. */
export function isHostName(text: string): boolean {
  return HOST_NAME.test(text);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** True if `text` is a UUID, with or without hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * True if `text` names a UUID in any of the forms that oslo.utils `is_uuid_like` takes: `urn:uuid:` before it, braces
 * around it, hyphens anywhere or nowhere. For requests only: what is looked up or made a path of is a plain UUID.
 */
export function isUuidLike(text: string): boolean {
  const bare = text.replaceAll('urn:', '').replaceAll('uuid:', '');
  return /^[0-9a-f]{32}$/i.test(bare.replaceAll(/^[{}]+|[{}]+$/g, '').replaceAll('-', ''));
}

/** Takes `text` as an id of the wanted kind; the caller knows where it came from. */
export function asId<T extends Id<string>>(text: string): T {
  return text as T;
}
