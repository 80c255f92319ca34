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

/** True if `text` reads as a UUID, with or without hyphens (oslo.utils `is_uuid_like`). */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Takes `text` as an id of the wanted kind; the caller knows where it came from. */
export function asId<T extends Id<string>>(text: string): T {
  return text as T;
}
