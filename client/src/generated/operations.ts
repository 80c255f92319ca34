// Generated from openapi/remnant.json by tools/generate.ts; do not edit. One method an operation.

import type { CallOptions, Receipt, Transport } from '../transport.ts';
import type {
  ServersListQuery,
  ServersListReply,
  ServersCreateBody,
  ServersCreateReply,
  ServersDetailQuery,
  ServersDetailReply,
  ServersShowReply,
  ServersLockBody,
  ServersGetConsoleOutputBody,
  ServersGetConsoleOutputReply,
  OsInstanceActionsListQuery,
  OsInstanceActionsListReply,
  OsInstanceActionsShowReply,
  OsServicesListQuery,
  OsServicesListReply,
  OsServicesUpdateBody,
  OsServicesUpdateReply,
  FlavorsListReply,
  FlavorsDetailReply,
  FlavorsShowReply,
  FlavorsExtraSpecsReply,
  ImagesListQuery,
  ImagesListReply,
  ImagesShowReply,
  DumpsListReply,
  DumpsShowReply,
} from './types.ts';

/** The methods, by noun and verb as in the operation ids. */
export function operations(transport: Transport) {
  return {
    /** Operations `servers.*`. */
    servers: {
      /** List servers. */
      list: (query: ServersListQuery = {}, options: CallOptions = {}): Promise<ServersListReply> =>
        transport.ask<ServersListReply>({ id: 'servers.list', service: 'compute', method: 'GET', path: `/servers`, query }, options),
      /** Create servers. */
      create: (body: ServersCreateBody, options: CallOptions = {}): Promise<ServersCreateReply> =>
        transport.ask<ServersCreateReply>({ id: 'servers.create', service: 'compute', method: 'POST', path: `/servers`, body }, options),
      /** List servers with details. */
      detail: (query: ServersDetailQuery = {}, options: CallOptions = {}): Promise<ServersDetailReply> =>
        transport.ask<ServersDetailReply>({ id: 'servers.detail', service: 'compute', method: 'GET', path: `/servers/detail`, query }, options),
      /** Show a server. */
      show: (serverId: string, options: CallOptions = {}): Promise<ServersShowReply> =>
        transport.ask<ServersShowReply>({ id: 'servers.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}` }, options),
      /** Delete a server. */
      delete: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.delete', service: 'compute', method: 'DELETE', path: `/servers/${encodeURIComponent(serverId)}` }, options),
      /** Start a server. */
      start: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.start', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { 'os-start': null } }, options),
      /** Stop a server. */
      stop: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.stop', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { 'os-stop': null } }, options),
      /** Pause a server. */
      pause: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.pause', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { pause: null } }, options),
      /** Unpause a server. */
      unpause: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.unpause', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { unpause: null } }, options),
      /** Lock a server. */
      lock: (serverId: string, body: ServersLockBody = null, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.lock', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { lock: body } }, options),
      /** Unlock a server. */
      unlock: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.unlock', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { unlock: null } }, options),
      /** Trigger a crash dump in a server (since 2.17). */
      triggerCrashDump: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.trigger-crash-dump', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, since: '2.17', body: { trigger_crash_dump: null } }, options),
      /** Inject an NMI into a server and wait for the hypervisor. */
      injectNmi: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.inject-nmi', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { inject_nmi: null } }, options),
      /** Read a server's console. */
      getConsoleOutput: (serverId: string, body: ServersGetConsoleOutputBody, options: CallOptions = {}): Promise<ServersGetConsoleOutputReply> =>
        transport.ask<ServersGetConsoleOutputReply>({ id: 'servers.get-console-output', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { 'os-getConsoleOutput': body } }, options),
      /** Inject an NMI into a server and wait for the hypervisor. */
      injectNmiPut: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.inject-nmi-put', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { inject_nmi: null } }, options),
    },
    /** Operations `os-instance-actions.*`. */
    osInstanceActions: {
      /** List a server's actions. */
      list: (serverId: string, query: OsInstanceActionsListQuery = {}, options: CallOptions = {}): Promise<OsInstanceActionsListReply> =>
        transport.ask<OsInstanceActionsListReply>({ id: 'os-instance-actions.list', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/os-instance-actions`, query }, options),
      /** Show one of a server's actions. */
      show: (serverId: string, requestId: string, options: CallOptions = {}): Promise<OsInstanceActionsShowReply> =>
        transport.ask<OsInstanceActionsShowReply>({ id: 'os-instance-actions.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/os-instance-actions/${encodeURIComponent(requestId)}` }, options),
    },
    /** Operations `os-services.*`. */
    osServices: {
      /** List compute services. */
      list: (query: OsServicesListQuery = {}, options: CallOptions = {}): Promise<OsServicesListReply> =>
        transport.ask<OsServicesListReply>({ id: 'os-services.list', service: 'compute', method: 'GET', path: `/os-services`, query }, options),
      /** Enable, disable or force down a compute service. */
      update: (serviceId: string, body: OsServicesUpdateBody, options: CallOptions = {}): Promise<OsServicesUpdateReply> =>
        transport.ask<OsServicesUpdateReply>({ id: 'os-services.update', service: 'compute', method: 'PUT', path: `/os-services/${encodeURIComponent(serviceId)}`, body }, options),
    },
    /** Operations `flavors.*`. */
    flavors: {
      /** List flavors. */
      list: (options: CallOptions = {}): Promise<FlavorsListReply> =>
        transport.ask<FlavorsListReply>({ id: 'flavors.list', service: 'compute', method: 'GET', path: `/flavors` }, options),
      /** List flavors with details. */
      detail: (options: CallOptions = {}): Promise<FlavorsDetailReply> =>
        transport.ask<FlavorsDetailReply>({ id: 'flavors.detail', service: 'compute', method: 'GET', path: `/flavors/detail` }, options),
      /** Show a flavor. */
      show: (flavorId: string, options: CallOptions = {}): Promise<FlavorsShowReply> =>
        transport.ask<FlavorsShowReply>({ id: 'flavors.show', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}` }, options),
      /** List a flavor's extra specs. */
      extraSpecs: (flavorId: string, options: CallOptions = {}): Promise<FlavorsExtraSpecsReply> =>
        transport.ask<FlavorsExtraSpecsReply>({ id: 'flavors.extra-specs', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs` }, options),
    },
    /** Operations `images.*`. */
    images: {
      /** List images. */
      list: (query: ImagesListQuery = {}, options: CallOptions = {}): Promise<ImagesListReply> =>
        transport.ask<ImagesListReply>({ id: 'images.list', service: 'image', method: 'GET', path: `/v2/images`, query }, options),
      /** Show an image. */
      show: (imageId: string, options: CallOptions = {}): Promise<ImagesShowReply> =>
        transport.ask<ImagesShowReply>({ id: 'images.show', service: 'image', method: 'GET', path: `/v2/images/${encodeURIComponent(imageId)}` }, options),
    },
    /** Operations `dumps.*`. */
    dumps: {
      /** List a server's crash dumps, newest first. */
      list: (serverId: string, options: CallOptions = {}): Promise<DumpsListReply> =>
        transport.ask<DumpsListReply>({ id: 'dumps.list', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps` }, options),
      /** Show a crash dump with its evidence. */
      show: (serverId: string, dumpId: string, options: CallOptions = {}): Promise<DumpsShowReply> =>
        transport.ask<DumpsShowReply>({ id: 'dumps.show', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}` }, options),
    },
  };
}
