// Generated from openapi/remnant.json by tools/generate.ts; do not edit. One method an operation.

import type { CallOptions, Issued, Receipt, Transport } from '../transport.ts';
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
  OsInstanceActionsListQuery,
  OsInstanceActionsListReply,
  OsInstanceActionsShowReply,
  OsServicesListQuery,
  OsServicesListReply,
  OsServicesUpdateBody,
  OsServicesUpdateReply,
  FlavorsListQuery,
  FlavorsListReply,
  FlavorsDetailQuery,
  FlavorsDetailReply,
  FlavorsShowReply,
  FlavorsExtraSpecsReply,
  FlavorsExtraSpecReply,
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
  DumpsListReply,
  DumpsShowReply,
  RemnantServersListQuery,
  RemnantServersListReply,
  HostsListReply,
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
      /** Delete a compute service. */
      delete: (serviceId: string, options: CallOptions = {}): Promise<Receipt> =>
        transport.send({ id: 'os-services.delete', service: 'compute', method: 'DELETE', path: `/os-services/${encodeURIComponent(serviceId)}` }, options),
    },
    /** Operations `flavors.*`. */
    flavors: {
      /** List flavors. */
      list: (query: FlavorsListQuery = {}, options: CallOptions = {}): Promise<FlavorsListReply> =>
        transport.ask<FlavorsListReply>({ id: 'flavors.list', service: 'compute', method: 'GET', path: `/flavors`, query }, options),
      /** List flavors with details. */
      detail: (query: FlavorsDetailQuery = {}, options: CallOptions = {}): Promise<FlavorsDetailReply> =>
        transport.ask<FlavorsDetailReply>({ id: 'flavors.detail', service: 'compute', method: 'GET', path: `/flavors/detail`, query }, options),
      /** Show a flavor. */
      show: (flavorId: string, options: CallOptions = {}): Promise<FlavorsShowReply> =>
        transport.ask<FlavorsShowReply>({ id: 'flavors.show', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}` }, options),
      /** List a flavor's extra specs. */
      extraSpecs: (flavorId: string, options: CallOptions = {}): Promise<FlavorsExtraSpecsReply> =>
        transport.ask<FlavorsExtraSpecsReply>({ id: 'flavors.extra-specs', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs` }, options),
      /** Show one of a flavor's extra specs. */
      extraSpec: (flavorId: string, key: string, options: CallOptions = {}): Promise<FlavorsExtraSpecReply> =>
        transport.ask<FlavorsExtraSpecReply>({ id: 'flavors.extra-spec', service: 'compute', method: 'GET', path: `/flavors/${encodeURIComponent(flavorId)}/os-extra_specs/${encodeURIComponent(key)}` }, options),
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
      list: (serverId: string, options: CallOptions = {}): Promise<DumpsListReply> =>
        transport.ask<DumpsListReply>({ id: 'dumps.list', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps` }, options),
      /** Show a crash dump with its evidence. */
      show: (serverId: string, dumpId: string, options: CallOptions = {}): Promise<DumpsShowReply> =>
        transport.ask<DumpsShowReply>({ id: 'dumps.show', service: 'crash-dump', method: 'GET', path: `/servers/${encodeURIComponent(serverId)}/dumps/${encodeURIComponent(dumpId)}` }, options),
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
      list: (options: CallOptions = {}): Promise<HostsListReply> =>
        transport.ask<HostsListReply>({ id: 'hosts.list', service: 'crash-dump', method: 'GET', path: `/hosts` }, options),
    },
    /** Operations `audit.*`. */
    audit: {
      /** List who changed what, newest first. */
      list: (query: AuditListQuery = {}, options: CallOptions = {}): Promise<AuditListReply> =>
        transport.ask<AuditListReply>({ id: 'audit.list', service: 'crash-dump', method: 'GET', path: `/audit`, query }, options),
    },
  };
}
