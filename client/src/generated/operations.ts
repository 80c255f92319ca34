// Generated from openapi/remnant.json by tools/generate.ts; do not edit. One method an operation.

import type { CallOptions, Download, DownloadOptions, Issued, Receipt, Transport } from '../transport.ts';
import type {
  VersionsListReply,
  VersionsShowReply,
  IdentityVersionReply,
  RemnantVersionReply,
  ServersListQuery,
  ServersListReply,
  ServersCreateBody,
  ServersCreateReply,
  ServersDetailQuery,
  ServersDetailReply,
  ServersShowReply,
  ServersUpdateBody,
  ServersUpdateReply,
  ServersRebootBody,
  ServersRescueBody,
  ServersRescueReply,
  ServersResizeBody,
  ServersRebuildBody,
  ServersRebuildReply,
  ServersEvacuateBody,
  ServersResetStateBody,
  ServersLockBody,
  ServersGetConsoleOutputBody,
  ServersGetConsoleOutputReply,
  ServerMetadataListReply,
  ServerMetadataCreateBody,
  ServerMetadataCreateReply,
  ServerMetadataUpdateAllBody,
  ServerMetadataUpdateAllReply,
  ServerMetadataShowReply,
  ServerMetadataUpdateBody,
  ServerMetadataUpdateReply,
  ServerTagsListReply,
  ServerTagsUpdateAllBody,
  ServerTagsUpdateAllReply,
  ServerTagsUpdateBody,
  ServerIpsListReply,
  ServerIpsShowReply,
  ServerPasswordShowReply,
  OsInstanceActionsListQuery,
  OsInstanceActionsListReply,
  OsInstanceActionsShowReply,
  OsMigrationsListQuery,
  OsMigrationsListReply,
  ServerMigrationsListReply,
  OsServicesListQuery,
  OsServicesListReply,
  OsServicesUpdateBody,
  OsServicesUpdateReply,
  OsHypervisorsListQuery,
  OsHypervisorsListReply,
  OsHypervisorsDetailQuery,
  OsHypervisorsDetailReply,
  OsHypervisorsStatisticsReply,
  OsHypervisorsShowQuery,
  OsHypervisorsShowReply,
  OsHypervisorsUptimeReply,
  OsHypervisorsSearchReply,
  OsHypervisorsServersReply,
  OsAvailabilityZoneListReply,
  OsAvailabilityZoneDetailReply,
  OsAggregatesListReply,
  OsAggregatesCreateBody,
  OsAggregatesCreateReply,
  OsAggregatesShowReply,
  OsAggregatesUpdateBody,
  OsAggregatesUpdateReply,
  OsAggregatesAddHostBody,
  OsAggregatesAddHostReply,
  OsAggregatesRemoveHostBody,
  OsAggregatesRemoveHostReply,
  OsAggregatesSetMetadataBody,
  OsAggregatesSetMetadataReply,
  OsAggregatesCacheImagesBody,
  OsHostsListQuery,
  OsHostsListReply,
  OsHostsShowReply,
  OsHostsUpdateBody,
  OsHostsUpdateReply,
  OsHostsStartupReply,
  OsHostsShutdownReply,
  OsHostsRebootReply,
  LimitsShowQuery,
  LimitsShowReply,
  OsQuotaSetsShowQuery,
  OsQuotaSetsShowReply,
  OsQuotaSetsUpdateBody,
  OsQuotaSetsUpdateQuery,
  OsQuotaSetsUpdateReply,
  OsQuotaSetsDeleteQuery,
  OsQuotaSetsDetailQuery,
  OsQuotaSetsDetailReply,
  OsQuotaSetsDefaultsReply,
  OsQuotaClassSetsShowReply,
  OsQuotaClassSetsUpdateBody,
  OsQuotaClassSetsUpdateReply,
  OsSimpleTenantUsageListQuery,
  OsSimpleTenantUsageListReply,
  OsSimpleTenantUsageShowQuery,
  OsSimpleTenantUsageShowReply,
  FlavorsListQuery,
  FlavorsListReply,
  FlavorsCreateBody,
  FlavorsCreateReply,
  FlavorsDetailQuery,
  FlavorsDetailReply,
  FlavorsShowReply,
  FlavorsUpdateBody,
  FlavorsUpdateReply,
  FlavorsExtraSpecsReply,
  FlavorsCreateExtraSpecsBody,
  FlavorsCreateExtraSpecsReply,
  FlavorsExtraSpecReply,
  FlavorsUpdateExtraSpecBody,
  FlavorsUpdateExtraSpecReply,
  FlavorsAccessReply,
  FlavorsAddTenantAccessBody,
  FlavorsAddTenantAccessReply,
  FlavorsRemoveTenantAccessBody,
  FlavorsRemoveTenantAccessReply,
  OsKeypairsListQuery,
  OsKeypairsListReply,
  OsKeypairsCreateBody,
  OsKeypairsCreateReply,
  OsKeypairsShowQuery,
  OsKeypairsShowReply,
  OsKeypairsDeleteQuery,
  OsServerGroupsListQuery,
  OsServerGroupsListReply,
  OsServerGroupsCreateBody,
  OsServerGroupsCreateReply,
  OsServerGroupsShowReply,
  ExtensionsListReply,
  ExtensionsShowReply,
  TokensIssueBody,
  TokensIssueQuery,
  TokensIssueReply,
  TokensShowQuery,
  TokensShowReply,
  AuthProjectsReply,
  AuthDomainsReply,
  AuthSystemReply,
  AuthCatalogReply,
  DomainsListQuery,
  DomainsListReply,
  DomainsShowReply,
  UsersListQuery,
  UsersListReply,
  UsersCreateBody,
  UsersCreateReply,
  UsersShowReply,
  UsersUpdateBody,
  UsersUpdateReply,
  UsersProjectsReply,
  UsersChangePasswordBody,
  ProjectsListQuery,
  ProjectsListReply,
  ProjectsCreateBody,
  ProjectsCreateReply,
  ProjectsShowReply,
  ProjectsUpdateBody,
  ProjectsUpdateReply,
  RolesListQuery,
  RolesListReply,
  RolesShowReply,
  RolesInferencesReply,
  ProjectGrantsListReply,
  SystemGrantsListReply,
  RoleAssignmentsListQuery,
  RoleAssignmentsListReply,
  ImagesListQuery,
  ImagesListReply,
  ImagesShowReply,
  DumpsListQuery,
  DumpsListReply,
  DumpsCreateBody,
  DumpsCreateReply,
  DumpsShowReply,
  ArtefactsDmesgReply,
  ReadinessShowQuery,
  ReadinessShowReply,
  RemnantServersListQuery,
  RemnantServersListReply,
  HostsListQuery,
  HostsListReply,
  HostsShowReply,
  HostsTransitionsQuery,
  HostsTransitionsReply,
  AuditListQuery,
  AuditListReply,
} from './types.ts';

/** The methods, by noun and verb as in the operation ids. */
export function operations(transport: Transport) {
  return {
    /** Operations `versions.*`. */
    versions: {
      /** List the versions of the Compute API. */
      list: (options: CallOptions = {}): Promise<VersionsListReply> =>
        transport.ask<VersionsListReply>({ id: 'versions.list', service: 'compute', method: 'GET', path: `/`, from: 'root', open: true }, options),
      /** Show a version of the Compute API. */
      show: (options: CallOptions = {}): Promise<VersionsShowReply> =>
        transport.ask<VersionsShowReply>({ id: 'versions.show', service: 'compute', method: 'GET', path: `/`, from: 'version', open: true }, options),
    },
    /** Operations `identity.*`. */
    identity: {
      /** List the versions of the Identity API. */
      versions: (options: CallOptions = {}): Promise<unknown> =>
        transport.ask<unknown>({ id: 'identity.versions', service: 'identity', method: 'GET', path: ``, from: 'root', open: true }, options),
      /** Show version 3 of the Identity API. */
      version: (options: CallOptions = {}): Promise<IdentityVersionReply> =>
        transport.ask<IdentityVersionReply>({ id: 'identity.version', service: 'identity', method: 'GET', path: `/`, from: 'version', open: true }, options),
    },
    /** Operations `image.*`. */
    image: {
      /** List the versions of the Image API. */
      versions: (options: CallOptions = {}): Promise<unknown> =>
        transport.ask<unknown>({ id: 'image.versions', service: 'image', method: 'GET', path: ``, from: 'root', open: true }, options),
    },
    /** Operations `remnant.*`. */
    remnant: {
      /** Show version 1 of Remnant's own API. */
      version: (options: CallOptions = {}): Promise<RemnantVersionReply> =>
        transport.ask<RemnantVersionReply>({ id: 'remnant.version', service: 'crash-dump', method: 'GET', path: `/`, from: 'version', open: true }, options),
    },
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
      /** Change a server. */
      update: (serverId: string, body: ServersUpdateBody, options: CallOptions = {}): Promise<ServersUpdateReply> =>
        transport.ask<ServersUpdateReply>({ id: 'servers.update', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}`, body }, options),
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
      /** Suspend a server. */
      suspend: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.suspend', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { suspend: null } }, options),
      /** Resume a suspended server. */
      resume: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.resume', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { resume: null } }, options),
      /** Reboot a server. */
      reboot: (serverId: string, body: ServersRebootBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.reboot', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { reboot: body } }, options),
      /** Rescue a server. */
      rescue: (serverId: string, body: ServersRescueBody = null, options: CallOptions = {}): Promise<ServersRescueReply & Receipt> =>
        transport.act<ServersRescueReply>({ id: 'servers.rescue', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { rescue: body } }, options),
      /** Resize a server. */
      resize: (serverId: string, body: ServersResizeBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.resize', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { resize: body } }, options),
      /** Confirm a resize. */
      confirmResize: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.confirm-resize', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { confirmResize: null } }, options),
      /** Revert a resize. */
      revertResize: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.revert-resize', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { revertResize: null } }, options),
      /** Rebuild a server. */
      rebuild: (serverId: string, body: ServersRebuildBody, options: CallOptions = {}): Promise<ServersRebuildReply & Receipt> =>
        transport.act<ServersRebuildReply>({ id: 'servers.rebuild', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { rebuild: body } }, options),
      /** Evacuate a server from a host that is lost. */
      evacuate: (serverId: string, body: ServersEvacuateBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.evacuate', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { evacuate: body } }, options),
      /** End the rescue of a server. */
      unrescue: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.unrescue', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { unrescue: null } }, options),
      /** Set a server's state by hand. */
      resetState: (serverId: string, body: ServersResetStateBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.reset-state', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { 'os-resetState': body } }, options),
      /** Delete a server at once. */
      forceDelete: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.force-delete', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { forceDelete: null } }, options),
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
      getConsoleOutput: (serverId: string, body: ServersGetConsoleOutputBody, options: CallOptions = {}): Promise<ServersGetConsoleOutputReply & Receipt> =>
        transport.act<ServersGetConsoleOutputReply>({ id: 'servers.get-console-output', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { 'os-getConsoleOutput': body } }, options),
      /** Inject an NMI into a server and wait for the hypervisor. */
      injectNmiPut: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'servers.inject-nmi-put', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/action`, body: { inject_nmi: null } }, options),
    },
    /** Operations `server-metadata.*`. */
    serverMetadata: {
      /** List a server's metadata. */
      list: (serverId: string, options: CallOptions = {}): Promise<ServerMetadataListReply> =>
        transport.ask<ServerMetadataListReply>({ id: 'server-metadata.list', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/metadata` }, options),
      /** Add metadata to a server. */
      create: (serverId: string, body: ServerMetadataCreateBody, options: CallOptions = {}): Promise<ServerMetadataCreateReply> =>
        transport.ask<ServerMetadataCreateReply>({ id: 'server-metadata.create', service: 'compute', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/metadata`, body }, options),
      /** Replace a server's metadata. */
      updateAll: (serverId: string, body: ServerMetadataUpdateAllBody, options: CallOptions = {}): Promise<ServerMetadataUpdateAllReply> =>
        transport.ask<ServerMetadataUpdateAllReply>({ id: 'server-metadata.update-all', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/metadata`, body }, options),
      /** Show an item of a server's metadata. */
      show: (serverId: string, key: string, options: CallOptions = {}): Promise<ServerMetadataShowReply> =>
        transport.ask<ServerMetadataShowReply>({ id: 'server-metadata.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/metadata/${encodeURIComponent(key)}` }, options),
      /** Set an item of a server's metadata. */
      update: (serverId: string, key: string, body: ServerMetadataUpdateBody, options: CallOptions = {}): Promise<ServerMetadataUpdateReply> =>
        transport.ask<ServerMetadataUpdateReply>({ id: 'server-metadata.update', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/metadata/${encodeURIComponent(key)}`, body }, options),
      /** Remove an item of a server's metadata. */
      delete: (serverId: string, key: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'server-metadata.delete', service: 'compute', method: 'DELETE', path: `/servers/${encodeURIComponent(serverId)}/metadata/${encodeURIComponent(key)}` }, options),
    },
    /** Operations `server-tags.*`. */
    serverTags: {
      /** List a server's tags (since 2.26). */
      list: (serverId: string, options: CallOptions = {}): Promise<ServerTagsListReply> =>
        transport.ask<ServerTagsListReply>({ id: 'server-tags.list', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/tags`, since: '2.26' }, options),
      /** Replace a server's tags (since 2.26). */
      updateAll: (serverId: string, body: ServerTagsUpdateAllBody, options: CallOptions = {}): Promise<ServerTagsUpdateAllReply> =>
        transport.ask<ServerTagsUpdateAllReply>({ id: 'server-tags.update-all', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/tags`, since: '2.26', body }, options),
      /** Remove all of a server's tags (since 2.26). */
      deleteAll: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'server-tags.delete-all', service: 'compute', method: 'DELETE', path: `/servers/${encodeURIComponent(serverId)}/tags`, since: '2.26' }, options),
      /** Tell whether a server has a tag (since 2.26). */
      show: (serverId: string, tag: string, options: CallOptions = {}): Promise<unknown> =>
        transport.ask<unknown>({ id: 'server-tags.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/tags/${encodeURIComponent(tag)}`, since: '2.26' }, options),
      /** Give a server a tag (since 2.26). */
      update: (serverId: string, tag: string, body: ServerTagsUpdateBody = null, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'server-tags.update', service: 'compute', method: 'PUT', path: `/servers/${encodeURIComponent(serverId)}/tags/${encodeURIComponent(tag)}`, since: '2.26', body }, options),
      /** Remove a tag from a server (since 2.26). */
      delete: (serverId: string, tag: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'server-tags.delete', service: 'compute', method: 'DELETE', path: `/servers/${encodeURIComponent(serverId)}/tags/${encodeURIComponent(tag)}`, since: '2.26' }, options),
    },
    /** Operations `server-ips.*`. */
    serverIps: {
      /** List a server's addresses. */
      list: (serverId: string, options: CallOptions = {}): Promise<ServerIpsListReply> =>
        transport.ask<ServerIpsListReply>({ id: 'server-ips.list', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/ips` }, options),
      /** List a server's addresses on one network. */
      show: (serverId: string, network: string, options: CallOptions = {}): Promise<ServerIpsShowReply> =>
        transport.ask<ServerIpsShowReply>({ id: 'server-ips.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/ips/${encodeURIComponent(network)}` }, options),
    },
    /** Operations `server-password.*`. */
    serverPassword: {
      /** Show the password a guest left: always empty. */
      show: (serverId: string, options: CallOptions = {}): Promise<ServerPasswordShowReply> =>
        transport.ask<ServerPasswordShowReply>({ id: 'server-password.show', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/os-server-password` }, options),
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
    /** Operations `os-migrations.*`. */
    osMigrations: {
      /** List migrations. */
      list: (query: OsMigrationsListQuery = {}, options: CallOptions = {}): Promise<OsMigrationsListReply> =>
        transport.ask<OsMigrationsListReply>({ id: 'os-migrations.list', service: 'compute', method: 'GET', path: `/os-migrations`, query }, options),
    },
    /** Operations `server-migrations.*`. */
    serverMigrations: {
      /** List a server's live migrations in progress (since 2.23). */
      list: (serverId: string, options: CallOptions = {}): Promise<ServerMigrationsListReply> =>
        transport.ask<ServerMigrationsListReply>({ id: 'server-migrations.list', service: 'compute', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/migrations`, since: '2.23' }, options),
    },
    /** Operations `os-services.*`. */
    osServices: {
      /** List compute services. */
      list: (query: OsServicesListQuery = {}, options: CallOptions = {}): Promise<OsServicesListReply> =>
        transport.ask<OsServicesListReply>({ id: 'os-services.list', service: 'compute', method: 'GET', path: `/os-services`, query }, options),
      /** Enable, disable or force down a compute service. */
      update: (serviceId: string, body: OsServicesUpdateBody, options: CallOptions = {}): Promise<OsServicesUpdateReply> =>
        transport.ask<OsServicesUpdateReply>({ id: 'os-services.update', service: 'compute', method: 'PUT', path: `/os-services/${encodeURIComponent(serviceId)}`, body }, options),
      /** Delete a compute service. */
      delete: (serviceId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-services.delete', service: 'compute', method: 'DELETE', path: `/os-services/${encodeURIComponent(serviceId)}` }, options),
    },
    /** Operations `os-hypervisors.*`. */
    osHypervisors: {
      /** List hypervisors. */
      list: (query: OsHypervisorsListQuery = {}, options: CallOptions = {}): Promise<OsHypervisorsListReply> =>
        transport.ask<OsHypervisorsListReply>({ id: 'os-hypervisors.list', service: 'compute', method: 'GET', path: `/os-hypervisors`, query }, options),
      /** List hypervisors with details. */
      detail: (query: OsHypervisorsDetailQuery = {}, options: CallOptions = {}): Promise<OsHypervisorsDetailReply> =>
        transport.ask<OsHypervisorsDetailReply>({ id: 'os-hypervisors.detail', service: 'compute', method: 'GET', path: `/os-hypervisors/detail`, query }, options),
      /** Sum hypervisors up. */
      statistics: (options: CallOptions = {}): Promise<OsHypervisorsStatisticsReply> =>
        transport.ask<OsHypervisorsStatisticsReply>({ id: 'os-hypervisors.statistics', service: 'compute', method: 'GET', path: `/os-hypervisors/statistics` }, options),
      /** Show a hypervisor. */
      show: (hypervisorId: string, query: OsHypervisorsShowQuery = {}, options: CallOptions = {}): Promise<OsHypervisorsShowReply> =>
        transport.ask<OsHypervisorsShowReply>({ id: 'os-hypervisors.show', service: 'compute', method: 'GET', path: `/os-hypervisors/${encodeURIComponent(hypervisorId)}`, query }, options),
      /** Show how long a hypervisor is up. */
      uptime: (hypervisorId: string, options: CallOptions = {}): Promise<OsHypervisorsUptimeReply> =>
        transport.ask<OsHypervisorsUptimeReply>({ id: 'os-hypervisors.uptime', service: 'compute', method: 'GET', path: `/os-hypervisors/${encodeURIComponent(hypervisorId)}/uptime` }, options),
      /** Search hypervisors by a part of their names. */
      search: (hypervisorHostnamePattern: string, options: CallOptions = {}): Promise<OsHypervisorsSearchReply> =>
        transport.ask<OsHypervisorsSearchReply>({ id: 'os-hypervisors.search', service: 'compute', method: 'GET', path: `/os-hypervisors/${encodeURIComponent(hypervisorHostnamePattern)}/search` }, options),
      /** List the servers of hypervisors by a part of their names. */
      servers: (hypervisorHostnamePattern: string, options: CallOptions = {}): Promise<OsHypervisorsServersReply> =>
        transport.ask<OsHypervisorsServersReply>({ id: 'os-hypervisors.servers', service: 'compute', method: 'GET', path: `/os-hypervisors/${encodeURIComponent(hypervisorHostnamePattern)}/servers` }, options),
    },
    /** Operations `os-availability-zone.*`. */
    osAvailabilityZone: {
      /** List availability zones. */
      list: (options: CallOptions = {}): Promise<OsAvailabilityZoneListReply> =>
        transport.ask<OsAvailabilityZoneListReply>({ id: 'os-availability-zone.list', service: 'compute', method: 'GET', path: `/os-availability-zone` }, options),
      /** List availability zones with their hosts. */
      detail: (options: CallOptions = {}): Promise<OsAvailabilityZoneDetailReply> =>
        transport.ask<OsAvailabilityZoneDetailReply>({ id: 'os-availability-zone.detail', service: 'compute', method: 'GET', path: `/os-availability-zone/detail` }, options),
    },
    /** Operations `os-aggregates.*`. */
    osAggregates: {
      /** List aggregates. */
      list: (options: CallOptions = {}): Promise<OsAggregatesListReply> =>
        transport.ask<OsAggregatesListReply>({ id: 'os-aggregates.list', service: 'compute', method: 'GET', path: `/os-aggregates` }, options),
      /** Create an aggregate. */
      create: (body: OsAggregatesCreateBody, options: CallOptions = {}): Promise<OsAggregatesCreateReply> =>
        transport.ask<OsAggregatesCreateReply>({ id: 'os-aggregates.create', service: 'compute', method: 'POST', path: `/os-aggregates`, body }, options),
      /** Show an aggregate. */
      show: (aggregateId: string, options: CallOptions = {}): Promise<OsAggregatesShowReply> =>
        transport.ask<OsAggregatesShowReply>({ id: 'os-aggregates.show', service: 'compute', method: 'GET', path: `/os-aggregates/${encodeURIComponent(aggregateId)}` }, options),
      /** Change an aggregate's name or availability zone. */
      update: (aggregateId: string, body: OsAggregatesUpdateBody, options: CallOptions = {}): Promise<OsAggregatesUpdateReply> =>
        transport.ask<OsAggregatesUpdateReply>({ id: 'os-aggregates.update', service: 'compute', method: 'PUT', path: `/os-aggregates/${encodeURIComponent(aggregateId)}`, body }, options),
      /** Delete an aggregate. */
      delete: (aggregateId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-aggregates.delete', service: 'compute', method: 'DELETE', path: `/os-aggregates/${encodeURIComponent(aggregateId)}` }, options),
      /** Add a host to an aggregate. */
      addHost: (aggregateId: string, body: OsAggregatesAddHostBody, options: CallOptions = {}): Promise<OsAggregatesAddHostReply & Receipt> =>
        transport.act<OsAggregatesAddHostReply>({ id: 'os-aggregates.add-host', service: 'compute', method: 'POST', path: `/os-aggregates/${encodeURIComponent(aggregateId)}/action`, body: { add_host: body } }, options),
      /** Remove a host from an aggregate. */
      removeHost: (aggregateId: string, body: OsAggregatesRemoveHostBody, options: CallOptions = {}): Promise<OsAggregatesRemoveHostReply & Receipt> =>
        transport.act<OsAggregatesRemoveHostReply>({ id: 'os-aggregates.remove-host', service: 'compute', method: 'POST', path: `/os-aggregates/${encodeURIComponent(aggregateId)}/action`, body: { remove_host: body } }, options),
      /** Set an aggregate's metadata. */
      setMetadata: (aggregateId: string, body: OsAggregatesSetMetadataBody, options: CallOptions = {}): Promise<OsAggregatesSetMetadataReply & Receipt> =>
        transport.act<OsAggregatesSetMetadataReply>({ id: 'os-aggregates.set-metadata', service: 'compute', method: 'POST', path: `/os-aggregates/${encodeURIComponent(aggregateId)}/action`, body: { set_metadata: body } }, options),
      /** Ask for images to be cached on the hosts of an aggregate (since 2.81). */
      cacheImages: (aggregateId: string, body: OsAggregatesCacheImagesBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-aggregates.cache-images', service: 'compute', method: 'POST', path: `/os-aggregates/${encodeURIComponent(aggregateId)}/images`, since: '2.81', body }, options),
    },
    /** Operations `os-hosts.*`. */
    osHosts: {
      /** List hosts. */
      list: (query: OsHostsListQuery = {}, options: CallOptions = {}): Promise<OsHostsListReply> =>
        transport.ask<OsHostsListReply>({ id: 'os-hosts.list', service: 'compute', method: 'GET', path: `/os-hosts`, query }, options),
      /** Show what a host has, and what is taken of it. */
      show: (hostName: string, options: CallOptions = {}): Promise<OsHostsShowReply> =>
        transport.ask<OsHostsShowReply>({ id: 'os-hosts.show', service: 'compute', method: 'GET', path: `/os-hosts/${encodeURIComponent(hostName)}` }, options),
      /** Change a host. */
      update: (hostName: string, body: OsHostsUpdateBody, options: CallOptions = {}): Promise<OsHostsUpdateReply> =>
        transport.ask<OsHostsUpdateReply>({ id: 'os-hosts.update', service: 'compute', method: 'PUT', path: `/os-hosts/${encodeURIComponent(hostName)}`, body }, options),
      /** Start a host. */
      startup: (hostName: string, options: CallOptions = {}): Promise<OsHostsStartupReply> =>
        transport.ask<OsHostsStartupReply>({ id: 'os-hosts.startup', service: 'compute', method: 'GET', path: `/os-hosts/${encodeURIComponent(hostName)}/startup` }, options),
      /** Shut a host down. */
      shutdown: (hostName: string, options: CallOptions = {}): Promise<OsHostsShutdownReply> =>
        transport.ask<OsHostsShutdownReply>({ id: 'os-hosts.shutdown', service: 'compute', method: 'GET', path: `/os-hosts/${encodeURIComponent(hostName)}/shutdown` }, options),
      /** Reboot a host. */
      reboot: (hostName: string, options: CallOptions = {}): Promise<OsHostsRebootReply> =>
        transport.ask<OsHostsRebootReply>({ id: 'os-hosts.reboot', service: 'compute', method: 'GET', path: `/os-hosts/${encodeURIComponent(hostName)}/reboot` }, options),
    },
    /** Operations `limits.*`. */
    limits: {
      /** Show a project's limits. */
      show: (query: LimitsShowQuery = {}, options: CallOptions = {}): Promise<LimitsShowReply> =>
        transport.ask<LimitsShowReply>({ id: 'limits.show', service: 'compute', method: 'GET', path: `/limits`, query }, options),
    },
    /** Operations `os-quota-sets.*`. */
    osQuotaSets: {
      /** Show a project's quota. */
      show: (tenantId: string, query: OsQuotaSetsShowQuery = {}, options: CallOptions = {}): Promise<OsQuotaSetsShowReply> =>
        transport.ask<OsQuotaSetsShowReply>({ id: 'os-quota-sets.show', service: 'compute', method: 'GET', path: `/os-quota-sets/${encodeURIComponent(tenantId)}`, query }, options),
      /** Change a project's quota. */
      update: (tenantId: string, body: OsQuotaSetsUpdateBody, query: OsQuotaSetsUpdateQuery = {}, options: CallOptions = {}): Promise<OsQuotaSetsUpdateReply> =>
        transport.ask<OsQuotaSetsUpdateReply>({ id: 'os-quota-sets.update', service: 'compute', method: 'PUT', path: `/os-quota-sets/${encodeURIComponent(tenantId)}`, query, body }, options),
      /** Set a project's quota back to the default. */
      delete: (tenantId: string, query: OsQuotaSetsDeleteQuery = {}, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-quota-sets.delete', service: 'compute', method: 'DELETE', path: `/os-quota-sets/${encodeURIComponent(tenantId)}`, query }, options),
      /** Show a project's quota with what is used of it. */
      detail: (tenantId: string, query: OsQuotaSetsDetailQuery = {}, options: CallOptions = {}): Promise<OsQuotaSetsDetailReply> =>
        transport.ask<OsQuotaSetsDetailReply>({ id: 'os-quota-sets.detail', service: 'compute', method: 'GET', path: `/os-quota-sets/${encodeURIComponent(tenantId)}/detail`, query }, options),
      /** Show the default quota. */
      defaults: (tenantId: string, options: CallOptions = {}): Promise<OsQuotaSetsDefaultsReply> =>
        transport.ask<OsQuotaSetsDefaultsReply>({ id: 'os-quota-sets.defaults', service: 'compute', method: 'GET', path: `/os-quota-sets/${encodeURIComponent(tenantId)}/defaults` }, options),
    },
    /** Operations `os-quota-class-sets.*`. */
    osQuotaClassSets: {
      /** Show the quota of a class. */
      show: (quotaClass: string, options: CallOptions = {}): Promise<OsQuotaClassSetsShowReply> =>
        transport.ask<OsQuotaClassSetsShowReply>({ id: 'os-quota-class-sets.show', service: 'compute', method: 'GET', path: `/os-quota-class-sets/${encodeURIComponent(quotaClass)}` }, options),
      /** Change the quota of a class. */
      update: (quotaClass: string, body: OsQuotaClassSetsUpdateBody, options: CallOptions = {}): Promise<OsQuotaClassSetsUpdateReply> =>
        transport.ask<OsQuotaClassSetsUpdateReply>({ id: 'os-quota-class-sets.update', service: 'compute', method: 'PUT', path: `/os-quota-class-sets/${encodeURIComponent(quotaClass)}`, body }, options),
    },
    /** Operations `os-simple-tenant-usage.*`. */
    osSimpleTenantUsage: {
      /** Show what every project used. */
      list: (query: OsSimpleTenantUsageListQuery = {}, options: CallOptions = {}): Promise<OsSimpleTenantUsageListReply> =>
        transport.ask<OsSimpleTenantUsageListReply>({ id: 'os-simple-tenant-usage.list', service: 'compute', method: 'GET', path: `/os-simple-tenant-usage`, query }, options),
      /** Show what a project used. */
      show: (tenantId: string, query: OsSimpleTenantUsageShowQuery = {}, options: CallOptions = {}): Promise<OsSimpleTenantUsageShowReply> =>
        transport.ask<OsSimpleTenantUsageShowReply>({ id: 'os-simple-tenant-usage.show', service: 'compute', method: 'GET', path: `/os-simple-tenant-usage/${encodeURIComponent(tenantId)}`, query }, options),
    },
    /** Operations `flavors.*`. */
    flavors: {
      /** List flavors. */
      list: (query: FlavorsListQuery = {}, options: CallOptions = {}): Promise<FlavorsListReply> =>
        transport.ask<FlavorsListReply>({ id: 'flavors.list', service: 'compute', method: 'GET', path: `/flavors`, query }, options),
      /** Create a flavor. */
      create: (body: FlavorsCreateBody, options: CallOptions = {}): Promise<FlavorsCreateReply> =>
        transport.ask<FlavorsCreateReply>({ id: 'flavors.create', service: 'compute', method: 'POST', path: `/flavors`, body }, options),
      /** List flavors with details. */
      detail: (query: FlavorsDetailQuery = {}, options: CallOptions = {}): Promise<FlavorsDetailReply> =>
        transport.ask<FlavorsDetailReply>({ id: 'flavors.detail', service: 'compute', method: 'GET', path: `/flavors/detail`, query }, options),
      /** Show a flavor. */
      show: (flavorId: string, options: CallOptions = {}): Promise<FlavorsShowReply> =>
        transport.ask<FlavorsShowReply>({ id: 'flavors.show', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}` }, options),
      /** Change a flavor's description (since 2.55). */
      update: (flavorId: string, body: FlavorsUpdateBody, options: CallOptions = {}): Promise<FlavorsUpdateReply> =>
        transport.ask<FlavorsUpdateReply>({ id: 'flavors.update', service: 'compute', method: 'PUT', path: `/flavors/${encodeURIComponent(flavorId)}`, since: '2.55', body }, options),
      /** Delete a flavor. */
      delete: (flavorId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'flavors.delete', service: 'compute', method: 'DELETE', path: `/flavors/${encodeURIComponent(flavorId)}` }, options),
      /** List a flavor's extra specs. */
      extraSpecs: (flavorId: string, options: CallOptions = {}): Promise<FlavorsExtraSpecsReply> =>
        transport.ask<FlavorsExtraSpecsReply>({ id: 'flavors.extra-specs', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs` }, options),
      /** Add extra specs to a flavor. */
      createExtraSpecs: (flavorId: string, body: FlavorsCreateExtraSpecsBody, options: CallOptions = {}): Promise<FlavorsCreateExtraSpecsReply> =>
        transport.ask<FlavorsCreateExtraSpecsReply>({ id: 'flavors.create-extra-specs', service: 'compute', method: 'POST', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs`, body }, options),
      /** Show one of a flavor's extra specs. */
      extraSpec: (flavorId: string, key: string, options: CallOptions = {}): Promise<FlavorsExtraSpecReply> =>
        transport.ask<FlavorsExtraSpecReply>({ id: 'flavors.extra-spec', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs/${encodeURIComponent(key)}` }, options),
      /** Set one of a flavor's extra specs. */
      updateExtraSpec: (flavorId: string, key: string, body: FlavorsUpdateExtraSpecBody, options: CallOptions = {}): Promise<FlavorsUpdateExtraSpecReply> =>
        transport.ask<FlavorsUpdateExtraSpecReply>({ id: 'flavors.update-extra-spec', service: 'compute', method: 'PUT', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs/${encodeURIComponent(key)}`, body }, options),
      /** Remove one of a flavor's extra specs. */
      deleteExtraSpec: (flavorId: string, key: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'flavors.delete-extra-spec', service: 'compute', method: 'DELETE', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs/${encodeURIComponent(key)}` }, options),
      /** List who may use a flavor that is not public. */
      access: (flavorId: string, options: CallOptions = {}): Promise<FlavorsAccessReply> =>
        transport.ask<FlavorsAccessReply>({ id: 'flavors.access', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-flavor-access` }, options),
      /** Give a flavor to a project. */
      addTenantAccess: (flavorId: string, body: FlavorsAddTenantAccessBody, options: CallOptions = {}): Promise<FlavorsAddTenantAccessReply & Receipt> =>
        transport.act<FlavorsAddTenantAccessReply>({ id: 'flavors.add-tenant-access', service: 'compute', method: 'POST', path: `/flavors/${encodeURIComponent(flavorId)}/action`, body: { addTenantAccess: body } }, options),
      /** Take a flavor from a project. */
      removeTenantAccess: (flavorId: string, body: FlavorsRemoveTenantAccessBody, options: CallOptions = {}): Promise<FlavorsRemoveTenantAccessReply & Receipt> =>
        transport.act<FlavorsRemoveTenantAccessReply>({ id: 'flavors.remove-tenant-access', service: 'compute', method: 'POST', path: `/flavors/${encodeURIComponent(flavorId)}/action`, body: { removeTenantAccess: body } }, options),
    },
    /** Operations `os-keypairs.*`. */
    osKeypairs: {
      /** List key pairs. */
      list: (query: OsKeypairsListQuery = {}, options: CallOptions = {}): Promise<OsKeypairsListReply> =>
        transport.ask<OsKeypairsListReply>({ id: 'os-keypairs.list', service: 'compute', method: 'GET', path: `/os-keypairs`, query }, options),
      /** Create a key pair. */
      create: (body: OsKeypairsCreateBody, options: CallOptions = {}): Promise<OsKeypairsCreateReply> =>
        transport.ask<OsKeypairsCreateReply>({ id: 'os-keypairs.create', service: 'compute', method: 'POST', path: `/os-keypairs`, body }, options),
      /** Show a key pair. */
      show: (keypairName: string, query: OsKeypairsShowQuery = {}, options: CallOptions = {}): Promise<OsKeypairsShowReply> =>
        transport.ask<OsKeypairsShowReply>({ id: 'os-keypairs.show', service: 'compute', method: 'GET', path: `/os-keypairs/${encodeURIComponent(keypairName)}`, query }, options),
      /** Delete a key pair. */
      delete: (keypairName: string, query: OsKeypairsDeleteQuery = {}, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-keypairs.delete', service: 'compute', method: 'DELETE', path: `/os-keypairs/${encodeURIComponent(keypairName)}`, query }, options),
    },
    /** Operations `os-server-groups.*`. */
    osServerGroups: {
      /** List server groups. */
      list: (query: OsServerGroupsListQuery = {}, options: CallOptions = {}): Promise<OsServerGroupsListReply> =>
        transport.ask<OsServerGroupsListReply>({ id: 'os-server-groups.list', service: 'compute', method: 'GET', path: `/os-server-groups`, query }, options),
      /** Create a server group. */
      create: (body: OsServerGroupsCreateBody, options: CallOptions = {}): Promise<OsServerGroupsCreateReply> =>
        transport.ask<OsServerGroupsCreateReply>({ id: 'os-server-groups.create', service: 'compute', method: 'POST', path: `/os-server-groups`, body }, options),
      /** Show a server group. */
      show: (serverGroupId: string, options: CallOptions = {}): Promise<OsServerGroupsShowReply> =>
        transport.ask<OsServerGroupsShowReply>({ id: 'os-server-groups.show', service: 'compute', method: 'GET', path: `/os-server-groups/${encodeURIComponent(serverGroupId)}` }, options),
      /** Delete a server group. */
      delete: (serverGroupId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-server-groups.delete', service: 'compute', method: 'DELETE', path: `/os-server-groups/${encodeURIComponent(serverGroupId)}` }, options),
    },
    /** Operations `extensions.*`. */
    extensions: {
      /** List extensions. */
      list: (options: CallOptions = {}): Promise<ExtensionsListReply> =>
        transport.ask<ExtensionsListReply>({ id: 'extensions.list', service: 'compute', method: 'GET', path: `/extensions` }, options),
      /** Show an extension. */
      show: (alias: string, options: CallOptions = {}): Promise<ExtensionsShowReply> =>
        transport.ask<ExtensionsShowReply>({ id: 'extensions.show', service: 'compute', method: 'GET', path: `/extensions/${encodeURIComponent(alias)}` }, options),
    },
    /** Operations `tokens.*`. */
    tokens: {
      /** Sign in. */
      issue: (body: TokensIssueBody, query: TokensIssueQuery = {}, options: CallOptions = {}): Promise<TokensIssueReply & Issued> =>
        transport.issue<TokensIssueReply>({ id: 'tokens.issue', service: 'identity', method: 'POST', path: `/auth/tokens`, open: true, query, body }, options),
      /** Show a token. */
      show: (subjectToken: string, query: TokensShowQuery = {}, options: CallOptions = {}): Promise<TokensShowReply> =>
        transport.ask<TokensShowReply>({ id: 'tokens.show', service: 'identity', method: 'GET', path: `/auth/tokens`, headers: { 'x-subject-token': subjectToken }, query }, options),
      /** Check a token. */
      check: (subjectToken: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'tokens.check', service: 'identity', method: 'HEAD', path: `/auth/tokens`, headers: { 'x-subject-token': subjectToken } }, options),
      /** Revoke a token. */
      revoke: (subjectToken: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'tokens.revoke', service: 'identity', method: 'DELETE', path: `/auth/tokens`, headers: { 'x-subject-token': subjectToken } }, options),
    },
    /** Operations `auth.*`. */
    auth: {
      /** List the projects one could have a token for. */
      projects: (options: CallOptions = {}): Promise<AuthProjectsReply> =>
        transport.ask<AuthProjectsReply>({ id: 'auth.projects', service: 'identity', method: 'GET', path: `/auth/projects` }, options),
      /** List the domains one could have a token for: none, for roles are held in projects and on the system. */
      domains: (options: CallOptions = {}): Promise<AuthDomainsReply> =>
        transport.ask<AuthDomainsReply>({ id: 'auth.domains', service: 'identity', method: 'GET', path: `/auth/domains` }, options),
      /** Tell whether one could have a token for the system. */
      system: (options: CallOptions = {}): Promise<AuthSystemReply> =>
        transport.ask<AuthSystemReply>({ id: 'auth.system', service: 'identity', method: 'GET', path: `/auth/system` }, options),
      /** List the services of this cloud. */
      catalog: (options: CallOptions = {}): Promise<AuthCatalogReply> =>
        transport.ask<AuthCatalogReply>({ id: 'auth.catalog', service: 'identity', method: 'GET', path: `/auth/catalog` }, options),
    },
    /** Operations `domains.*`. */
    domains: {
      /** List domains. */
      list: (query: DomainsListQuery = {}, options: CallOptions = {}): Promise<DomainsListReply> =>
        transport.ask<DomainsListReply>({ id: 'domains.list', service: 'identity', method: 'GET', path: `/domains`, query }, options),
      /** Show a domain. */
      show: (domainId: string, options: CallOptions = {}): Promise<DomainsShowReply> =>
        transport.ask<DomainsShowReply>({ id: 'domains.show', service: 'identity', method: 'GET', path: `/domains/${encodeURIComponent(domainId)}` }, options),
    },
    /** Operations `users.*`. */
    users: {
      /** List users. */
      list: (query: UsersListQuery = {}, options: CallOptions = {}): Promise<UsersListReply> =>
        transport.ask<UsersListReply>({ id: 'users.list', service: 'identity', method: 'GET', path: `/users`, query }, options),
      /** Create a user. */
      create: (body: UsersCreateBody, options: CallOptions = {}): Promise<UsersCreateReply> =>
        transport.ask<UsersCreateReply>({ id: 'users.create', service: 'identity', method: 'POST', path: `/users`, body }, options),
      /** Show a user. */
      show: (userId: string, options: CallOptions = {}): Promise<UsersShowReply> =>
        transport.ask<UsersShowReply>({ id: 'users.show', service: 'identity', method: 'GET', path: `/users/${encodeURIComponent(userId)}` }, options),
      /** Change a user. */
      update: (userId: string, body: UsersUpdateBody, options: CallOptions = {}): Promise<UsersUpdateReply> =>
        transport.ask<UsersUpdateReply>({ id: 'users.update', service: 'identity', method: 'PATCH', path: `/users/${encodeURIComponent(userId)}`, body }, options),
      /** Delete a user. */
      delete: (userId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'users.delete', service: 'identity', method: 'DELETE', path: `/users/${encodeURIComponent(userId)}` }, options),
      /** List the projects a user has a role in. */
      projects: (userId: string, options: CallOptions = {}): Promise<UsersProjectsReply> =>
        transport.ask<UsersProjectsReply>({ id: 'users.projects', service: 'identity', method: 'GET', path: `/users/${encodeURIComponent(userId)}/projects` }, options),
      /** Change one's own password. */
      changePassword: (userId: string, body: UsersChangePasswordBody, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'users.change-password', service: 'identity', method: 'POST', path: `/users/${encodeURIComponent(userId)}/password`, body }, options),
    },
    /** Operations `projects.*`. */
    projects: {
      /** List projects. */
      list: (query: ProjectsListQuery = {}, options: CallOptions = {}): Promise<ProjectsListReply> =>
        transport.ask<ProjectsListReply>({ id: 'projects.list', service: 'identity', method: 'GET', path: `/projects`, query }, options),
      /** Create a project. */
      create: (body: ProjectsCreateBody, options: CallOptions = {}): Promise<ProjectsCreateReply> =>
        transport.ask<ProjectsCreateReply>({ id: 'projects.create', service: 'identity', method: 'POST', path: `/projects`, body }, options),
      /** Show a project. */
      show: (projectId: string, options: CallOptions = {}): Promise<ProjectsShowReply> =>
        transport.ask<ProjectsShowReply>({ id: 'projects.show', service: 'identity', method: 'GET', path: `/projects/${encodeURIComponent(projectId)}` }, options),
      /** Change a project. */
      update: (projectId: string, body: ProjectsUpdateBody, options: CallOptions = {}): Promise<ProjectsUpdateReply> =>
        transport.ask<ProjectsUpdateReply>({ id: 'projects.update', service: 'identity', method: 'PATCH', path: `/projects/${encodeURIComponent(projectId)}`, body }, options),
      /** Delete a project. */
      delete: (projectId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'projects.delete', service: 'identity', method: 'DELETE', path: `/projects/${encodeURIComponent(projectId)}` }, options),
    },
    /** Operations `roles.*`. */
    roles: {
      /** List roles. */
      list: (query: RolesListQuery = {}, options: CallOptions = {}): Promise<RolesListReply> =>
        transport.ask<RolesListReply>({ id: 'roles.list', service: 'identity', method: 'GET', path: `/roles`, query }, options),
      /** Show a role. */
      show: (roleId: string, options: CallOptions = {}): Promise<RolesShowReply> =>
        transport.ask<RolesShowReply>({ id: 'roles.show', service: 'identity', method: 'GET', path: `/roles/${encodeURIComponent(roleId)}` }, options),
      /** List which role implies which. */
      inferences: (options: CallOptions = {}): Promise<RolesInferencesReply> =>
        transport.ask<RolesInferencesReply>({ id: 'roles.inferences', service: 'identity', method: 'GET', path: `/role_inferences` }, options),
    },
    /** Operations `project-grants.*`. */
    projectGrants: {
      /** List a user's roles in a project. */
      list: (projectId: string, userId: string, options: CallOptions = {}): Promise<ProjectGrantsListReply> =>
        transport.ask<ProjectGrantsListReply>({ id: 'project-grants.list', service: 'identity', method: 'GET', path: `/projects/${encodeURIComponent(projectId)}/users/${encodeURIComponent(userId)}/roles` }, options),
      /** Check whether a user has a role in a project. */
      check: (projectId: string, userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'project-grants.check', service: 'identity', method: 'HEAD', path: `/projects/${encodeURIComponent(projectId)}/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Check whether a user has a role in a project. */
      show: (projectId: string, userId: string, roleId: string, options: CallOptions = {}): Promise<unknown> =>
        transport.ask<unknown>({ id: 'project-grants.show', service: 'identity', method: 'GET', path: `/projects/${encodeURIComponent(projectId)}/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Give a user a role in a project. */
      create: (projectId: string, userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'project-grants.create', service: 'identity', method: 'PUT', path: `/projects/${encodeURIComponent(projectId)}/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Take a role in a project from a user. */
      revoke: (projectId: string, userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'project-grants.revoke', service: 'identity', method: 'DELETE', path: `/projects/${encodeURIComponent(projectId)}/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
    },
    /** Operations `system-grants.*`. */
    systemGrants: {
      /** List a user's roles on the system. */
      list: (userId: string, options: CallOptions = {}): Promise<SystemGrantsListReply> =>
        transport.ask<SystemGrantsListReply>({ id: 'system-grants.list', service: 'identity', method: 'GET', path: `/system/users/${encodeURIComponent(userId)}/roles` }, options),
      /** Check whether a user has a role on the system. */
      check: (userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'system-grants.check', service: 'identity', method: 'HEAD', path: `/system/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Check whether a user has a role on the system. */
      show: (userId: string, roleId: string, options: CallOptions = {}): Promise<unknown> =>
        transport.ask<unknown>({ id: 'system-grants.show', service: 'identity', method: 'GET', path: `/system/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Give a user a role on the system. */
      create: (userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'system-grants.create', service: 'identity', method: 'PUT', path: `/system/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
      /** Take a role on the system from a user. */
      revoke: (userId: string, roleId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'system-grants.revoke', service: 'identity', method: 'DELETE', path: `/system/users/${encodeURIComponent(userId)}/roles/${encodeURIComponent(roleId)}` }, options),
    },
    /** Operations `role-assignments.*`. */
    roleAssignments: {
      /** List who has which role where. */
      list: (query: RoleAssignmentsListQuery = {}, options: CallOptions = {}): Promise<RoleAssignmentsListReply> =>
        transport.ask<RoleAssignmentsListReply>({ id: 'role-assignments.list', service: 'identity', method: 'GET', path: `/role_assignments`, query }, options),
    },
    /** Operations `images.*`. */
    images: {
      /** List images. */
      list: (query: ImagesListQuery = {}, options: CallOptions = {}): Promise<ImagesListReply> =>
        transport.ask<ImagesListReply>({ id: 'images.list', service: 'image', method: 'GET', path: `/v2/images`, from: 'root', query }, options),
      /** Show an image. */
      show: (imageId: string, options: CallOptions = {}): Promise<ImagesShowReply> =>
        transport.ask<ImagesShowReply>({ id: 'images.show', service: 'image', method: 'GET', path: `/v2/images/${encodeURIComponent(imageId)}`, from: 'root' }, options),
    },
    /** Operations `dumps.*`. */
    dumps: {
      /** List a server's crash dumps, newest first. */
      list: (serverId: string, query: DumpsListQuery = {}, options: CallOptions = {}): Promise<DumpsListReply> =>
        transport.ask<DumpsListReply>({ id: 'dumps.list', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps`, query }, options),
      /** Ask for a crash dump of a server: an NMI, and what comes of it. */
      create: (serverId: string, body: DumpsCreateBody, options: CallOptions = {}): Promise<DumpsCreateReply> =>
        transport.ask<DumpsCreateReply>({ id: 'dumps.create', service: 'crash-dump', method: 'POST', path: `/servers/${encodeURIComponent(serverId)}/dumps`, body }, options),
      /** Show a crash dump with its evidence. */
      show: (serverId: string, dumpId: string, options: CallOptions = {}): Promise<DumpsShowReply> =>
        transport.ask<DumpsShowReply>({ id: 'dumps.show', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}` }, options),
    },
    /** Operations `artefacts.*`. */
    artefacts: {
      /** Download a file that came of a crash dump. */
      download: (serverId: string, dumpId: string, artefactId: string, options: DownloadOptions = {}): Promise<Download> =>
        transport.open({ id: 'artefacts.download', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}/artefacts/${encodeURIComponent(artefactId)}` }, options),
      /** Tell what a download of a file would be, without its bytes. */
      check: (serverId: string, dumpId: string, artefactId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'artefacts.check', service: 'crash-dump', method: 'HEAD', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}/artefacts/${encodeURIComponent(artefactId)}` }, options),
      /** Delete a file that came of a crash dump. */
      delete: (serverId: string, dumpId: string, artefactId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'artefacts.delete', service: 'crash-dump', method: 'DELETE', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}/artefacts/${encodeURIComponent(artefactId)}` }, options),
      /** Read the kernel's log out of a crash dump. */
      dmesg: (serverId: string, dumpId: string, artefactId: string, options: CallOptions = {}): Promise<ArtefactsDmesgReply> =>
        transport.ask<ArtefactsDmesgReply>({ id: 'artefacts.dmesg', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}/artefacts/${encodeURIComponent(artefactId)}/dmesg` }, options),
    },
    /** Operations `readiness.*`. */
    readiness: {
      /** Show whether a server is ready for a crash dump. */
      show: (serverId: string, query: ReadinessShowQuery = {}, options: CallOptions = {}): Promise<ReadinessShowReply> =>
        transport.ask<ReadinessShowReply>({ id: 'readiness.show', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/readiness`, query }, options),
    },
    /** Operations `remnant-servers.*`. */
    remnantServers: {
      /** List servers by the status of their hosts. */
      list: (query: RemnantServersListQuery = {}, options: CallOptions = {}): Promise<RemnantServersListReply> =>
        transport.ask<RemnantServersListReply>({ id: 'remnant-servers.list', service: 'crash-dump', method: 'GET', path: `/servers`, query }, options),
    },
    /** Operations `hosts.*`. */
    hosts: {
      /** List hosts with their health. */
      list: (query: HostsListQuery = {}, options: CallOptions = {}): Promise<HostsListReply> =>
        transport.ask<HostsListReply>({ id: 'hosts.list', service: 'crash-dump', method: 'GET', path: `/hosts`, query }, options),
      /** Show how a host is, and why. */
      show: (name: string, options: CallOptions = {}): Promise<HostsShowReply> =>
        transport.ask<HostsShowReply>({ id: 'hosts.show', service: 'crash-dump', method: 'GET', path: `/hosts/${encodeURIComponent(name)}` }, options),
      /** List what became of a host. */
      transitions: (name: string, query: HostsTransitionsQuery = {}, options: CallOptions = {}): Promise<HostsTransitionsReply> =>
        transport.ask<HostsTransitionsReply>({ id: 'hosts.transitions', service: 'crash-dump', method: 'GET', path: `/hosts/${encodeURIComponent(name)}/transitions`, query }, options),
    },
    /** Operations `audit.*`. */
    audit: {
      /** List who changed what, newest first. */
      list: (query: AuditListQuery = {}, options: CallOptions = {}): Promise<AuditListReply> =>
        transport.ask<AuditListReply>({ id: 'audit.list', service: 'crash-dump', method: 'GET', path: `/audit`, query }, options),
    },
  };
}
