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
/** A request: `req-` and a UUID, as Nova names it in `x-openstack-request-id`. */
export type RequestId = Id<'request'>;
/** A host that runs servers, by its name (1-255 of `[a-zA-Z0-9-._]`). */
export type HostName = Id<'host'>;
/** A service's UUID (Nova from 2.53). */
export type ServiceId = Id<'service'>;
/** A project's id. */
export type ProjectId = Id<'project'>;
/** A user's id. */
export type UserId = Id<'user'>;
/** An image's id, a UUID. */
export type ImageId = Id<'image'>;

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
