// Generated from openapi/remnant.json by tools/generate.ts; do not edit. What goes in and out.

/** A query parameter: one value, or several. */
export type QueryValue = string | number | boolean | readonly (string | number | boolean)[];

/** The microversions the daemon of this client speaks; types are those of `max`. */
export const MICROVERSIONS = { min: '2.1', max: '2.96' } as const;

/** A AbsoluteLimits of the API. */
export type AbsoluteLimits = {
  /** Servers it may have; -1 for no limit */
  readonly maxTotalInstances: number;
  /** CPUs they may have together; -1 for no limit */
  readonly maxTotalCores: number;
  /** Memory they may have together, MiB; -1 for no limit */
  readonly maxTotalRAMSize: number;
  /** Metadata of one server; -1 for no limit */
  readonly maxServerMeta: number;
  /** Metadata of one image; -1 for no limit (until 2.38) */
  readonly maxImageMeta?: number;
  /** Files put into one server; -1 for no limit (until 2.56) */
  readonly maxPersonality?: number;
  /** Bytes of one such file; -1 for no limit (until 2.56) */
  readonly maxPersonalitySize?: number;
  /** Key pairs of one user; -1 for no limit */
  readonly maxTotalKeypairs: number;
  /** Server groups; -1 for no limit */
  readonly maxServerGroups: number;
  /** One user's servers in one group; -1 for no limit */
  readonly maxServerGroupMembers: number;
  /** Floating addresses; -1 for no limit (until 2.35) */
  readonly maxTotalFloatingIps?: number;
  /** Security groups; -1 for no limit (until 2.35) */
  readonly maxSecurityGroups?: number;
  /** Rules of one of them; -1 for no limit (until 2.35) */
  readonly maxSecurityGroupRules?: number;
  /** Memory of its servers, MiB */
  readonly totalRAMUsed: number;
  /** CPUs of its servers */
  readonly totalCoresUsed: number;
  /** Servers it has */
  readonly totalInstancesUsed: number;
  /** Always 0: there is no network service (until 2.35) */
  readonly totalFloatingIpsUsed?: number;
  /** Always 0: there is no network service (until 2.35) */
  readonly totalSecurityGroupsUsed?: number;
  /** Server groups it has */
  readonly totalServerGroupsUsed: number;
};

/** A ActionEvent of the API. */
export type ActionEvent = {
  /** What a host did */
  readonly event: string;
  /** When it began */
  readonly start_time: string;
  /** When it ended; null while it runs */
  readonly finish_time: string | null;
  /** Success or Error */
  readonly result: "Success" | "Error" | null;
  /** Always null: there is no Python here */
  readonly traceback?: string | null;
  /** The host (since 2.62) */
  readonly host?: string | null;
  /** Tells hosts apart without naming them (since 2.62) */
  readonly hostId: string;
  /** Why it failed (since 2.84) */
  readonly details?: string | null;
};

/** A Address of the API. */
export type Address = {
  readonly version: number;
  readonly addr: string;
  readonly 'OS-EXT-IPS:type': string;
  readonly 'OS-EXT-IPS-MAC:mac_addr': string;
};

/** A Aggregate of the API. */
export type Aggregate = {
  /** Its number */
  readonly id: number;
  /** Its UUID (since 2.41) */
  readonly uuid: string;
  /** Its name */
  readonly name: string;
  /** The hosts in it */
  readonly hosts: readonly string[];
  /** Its metadata; its zone is in there too */
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was made */
  readonly created_at: string;
  /** When it was changed */
  readonly updated_at: string | null;
  /** Always null */
  readonly deleted_at: string | null;
  /** Always false */
  readonly deleted: boolean;
  /** The zone its hosts are in */
  readonly availability_zone: string | null;
};

/** A Artefact of the API. */
export type Artefact = {
  readonly id: string;
  readonly source: "guest" | "hypervisor";
  readonly format: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly file_name: string;
  readonly over_quota: boolean;
  /** UTC */
  readonly created_at: string;
  /** UTC */
  readonly expires_at: string | null;
  /** UTC */
  readonly deleted_at: string | null;
  readonly dmesg_bytes: number | null;
  readonly extract_error: string | null;
  readonly panic?: Panic | null;
};

/** A AuditEntry of the API. */
export type AuditEntry = {
  readonly seq: number;
  /** UTC */
  readonly at: string;
  readonly request_id: string;
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly operation: string;
  readonly target: string | null;
  readonly result: "done" | "accepted" | "refused" | "success" | "error" | "unknown";
  readonly detail: string | null;
};

/** A BriefHypervisor of the API. */
export type BriefHypervisor = {
  /** Its UUID; of a node, the node's own (since 2.53) */
  readonly id: string;
  /** The hypervisor's own name for its host; a node's UUID */
  readonly hypervisor_hostname: string;
  /** up when it was heard lately and is not forced down */
  readonly state: "up" | "down";
  /** enabled or disabled */
  readonly status: "enabled" | "disabled";
  /** The servers on it, by the names the hypervisor has for them, where they were asked for */
  readonly servers?: readonly HypervisorServer[];
};

/** A CatalogService of the API. */
export type CatalogService = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly endpoints: readonly Endpoint[];
};

/** Nova's: one key that names the fault, e.g. itemNotFound. */
export type ComputeFault = Readonly<Record<string, {
  readonly code: number;
  readonly message: string;
}>>;

/** A ComputeVersion of the API. */
export type ComputeVersion = {
  readonly id: string;
  readonly status: string;
  readonly updated: string;
  readonly links: readonly Link[];
  readonly version: string;
  readonly min_version: string;
  readonly 'media-types'?: readonly {
    readonly base: string;
    readonly type: string;
  }[];
};

/** A CreatedServer of the API. */
export type CreatedServer = {
  readonly id: string;
  readonly links: readonly Link[];
  readonly 'OS-DCF:diskConfig': string;
  readonly security_groups: readonly {
    readonly name: string;
  }[];
};

/** A Domain of the API. */
export type Domain = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly links: {
    readonly self: string;
  };
};

/** A Dump of the API. */
export type Dump = {
  readonly id: string;
  readonly server_id: string;
  readonly request_id: string;
  readonly phase: "requested" | "unconfirmed" | "sent" | "waiting" | "reacted" | "capturing" | "saved" | "rebooted" | "ended";
  readonly verdict: "captured" | "panicked_without_dump" | "ignored" | "hung" | "not_sent" | "unknown" | null;
  readonly reason: string | null;
  /** What asking for its NMI meant: one was sent; one was asked for and may have been sent again (bare metal); the paused guest has it when it resumes. Null while it is not known to have been sent. */
  readonly nmi: "exactly-asked" | "at-least-once" | "latched" | null;
  readonly reaction: "panicked" | "crashloaded" | "ignored" | null;
  readonly waits_for: "resume" | "reaction" | "crash-kernel" | "bytes" | "finish" | "reboot" | "find" | "memory" | "nothing" | null;
  readonly bytes: number;
  readonly wishes: {
    readonly nmi: boolean;
    readonly memory: "never" | "fallback" | "always";
    readonly after_panic: "keep" | "reboot" | "stop";
    readonly evidence: boolean;
  };
  readonly forced: string | null;
  /** What became of the guest's memory: `bytes` of `total` are written. Null while the hypervisor was not to write it. */
  readonly memory: MemoryDump | null;
  /** UTC */
  readonly requested_at: string;
  /** UTC */
  readonly sent_at: string | null;
  /** UTC */
  readonly reacted_at: string | null;
  /** UTC */
  readonly capturing_at: string | null;
  /** UTC */
  readonly saved_at: string | null;
  /** UTC */
  readonly rebooted_at: string | null;
  /** UTC */
  readonly verdict_at: string | null;
  /** UTC */
  readonly ended_at: string | null;
};

/** A DumpEvidence of the API. */
export type DumpEvidence = {
  readonly kind: string;
  readonly detail: string;
  /** UTC */
  readonly at: string;
  /** UTC */
  readonly received_at: string;
};

/** A Endpoint of the API. */
export type Endpoint = {
  readonly id: string;
  readonly interface: string;
  readonly region: string;
  readonly region_id: string;
  readonly url: string;
};

/** A Extension of the API. */
export type Extension = {
  readonly alias: string;
  readonly description: string;
  readonly links: readonly Link[];
  readonly name: string;
  readonly namespace: string;
  readonly updated: string;
};

/** A Flavor of the API. */
export type Flavor = {
  /** Its id */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** MiB */
  readonly ram: number;
  /** GiB */
  readonly disk: number;
  /** MiB (since 2.75) */
  readonly swap: number;
  /** GiB */
  readonly 'OS-FLV-EXT-DATA:ephemeral': number;
  /** True when it cannot be used */
  readonly 'OS-FLV-DISABLED:disabled': boolean;
  /** CPUs */
  readonly vcpus: number;
  /** True when everybody may use it */
  readonly 'os-flavor-access:is_public': boolean;
  /** Unused */
  readonly rxtx_factor: number;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** Free text (since 2.55) */
  readonly description: string | null;
  /** Key and value pairs (since 2.61) */
  readonly extra_specs?: Readonly<Record<string, string>>;
};

/** A FlavorAccess of the API. */
export type FlavorAccess = {
  readonly flavor_id: string;
  readonly tenant_id: string;
};

/** A FlavorBrief of the API. */
export type FlavorBrief = {
  /** Its id */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** Free text (since 2.55) */
  readonly description: string | null;
};

/** A Host of the API. */
export type Host = {
  readonly name: string;
  readonly status: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  readonly state: "up" | "down";
  /** UTC */
  readonly since: string;
  readonly cause: "heard" | "not-heard-yet" | "stopped" | "silent" | "bus-lost" | "flapping" | "out-of-reach" | "hypervisor-lost" | "forced-down" | "disabled" | "disabled-silent";
  readonly detail: string;
  readonly evidence_age_ms: number | null;
  readonly forced_down: boolean;
  readonly forced_down_by: string | null;
  /** UTC */
  readonly forced_down_at: string | null;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  /** UTC */
  readonly last_beat_at: string | null;
  readonly last_transition: HostTransition | null;
  readonly driver: string | null;
  readonly connection: {
    readonly up: boolean;
    readonly reason: string;
  } | null;
  readonly servers: number;
  readonly disks: HostDisks | null;
  readonly node_counts: HostNodeCounts | null;
  readonly nodes: readonly HostNode[] | null;
};

/** A HostDisks of the API. */
export type HostDisks = {
  readonly usable: boolean;
  readonly problem: string | null;
  readonly total_gb: number;
  readonly free_gb: number;
  readonly shared: boolean;
};

/** A HostNode of the API. */
export type HostNode = {
  readonly id: string;
  readonly name: string;
  readonly power_state: "running" | "shutdown" | "paused" | "crashed" | "suspended" | "unknown";
  readonly provision_state: string;
  readonly maintenance: boolean;
  readonly maintenance_reason: string | null;
  readonly last_error: string | null;
  readonly server: string | null;
};

/** A HostNodeCounts of the API. */
export type HostNodeCounts = {
  readonly total: number;
  readonly in_maintenance: number;
};

/** A HostResource of the API. */
export type HostResource = {
  readonly host: string;
  readonly project: string;
  readonly cpu: number;
  readonly memory_mb: number;
  readonly disk_gb: number;
};

/** A HostService of the API. */
export type HostService = {
  readonly host_name: string;
  readonly service: string;
  readonly zone: string;
};

/** A HostTransition of the API. */
export type HostTransition = {
  readonly seq: number;
  readonly host: string;
  readonly n: number;
  readonly from: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  readonly to: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  readonly cause: "heard" | "not-heard-yet" | "stopped" | "silent" | "bus-lost" | "flapping" | "out-of-reach" | "hypervisor-lost" | "forced-down" | "disabled" | "disabled-silent";
  readonly evidence: Readonly<Record<string, unknown>>;
  /** UTC */
  readonly at: string;
};

/** A Hypervisor of the API. */
export type Hypervisor = {
  /** Its UUID; of a node, the node's own (since 2.53) */
  readonly id: string;
  /** The hypervisor's own name for its host; a node's UUID */
  readonly hypervisor_hostname: string;
  /** up when it was heard lately and is not forced down */
  readonly state: "up" | "down";
  /** enabled or disabled */
  readonly status: "enabled" | "disabled";
  /** As the hypervisor calls itself; empty for a host that never told */
  readonly hypervisor_type: string;
  /** Its version: 8002001 is 8.2.1 */
  readonly hypervisor_version: number;
  /** Always null: hosts have no word for it */
  readonly host_ip: string | null;
  /** The compute service on it (since 2.53) */
  readonly service: HypervisorService;
  /** Processors it has (until 2.87) */
  readonly vcpus?: number;
  /** Memory it has, MiB (until 2.87) */
  readonly memory_mb?: number;
  /** Disk it has, GiB; 0 while no disk can be made there (until 2.87) */
  readonly local_gb?: number;
  /** Processors its servers have (until 2.87) */
  readonly vcpus_used?: number;
  /** Memory its servers have, MiB (until 2.87) */
  readonly memory_mb_used?: number;
  /** Disk its servers have, GiB (until 2.87) */
  readonly local_gb_used?: number;
  /** Memory that no server has, MiB (until 2.87) */
  readonly free_ram_mb?: number;
  /** Disk that no server has, GiB (until 2.87) */
  readonly free_disk_gb?: number;
  /** Servers that something is being done with (until 2.87) */
  readonly current_workload?: number;
  /** Servers on it (until 2.87) */
  readonly running_vms?: number;
  /** Of a node, as `free_disk_gb`; null else: what guests may still write is not known (until 2.87) */
  readonly disk_available_least?: number | null;
  /** JSON: what is known of its processors (until 2.27) */
  readonly cpu_info?: string;
  /** As uptime(1) prints it; null when that cannot be had (since 2.88) */
  readonly uptime: string | null;
  /** The servers on it, by the names the hypervisor has for them, where they were asked for */
  readonly servers?: readonly HypervisorServer[];
};

/** A HypervisorServer of the API. */
export type HypervisorServer = {
  readonly name: string;
  readonly uuid: string;
};

/** A HypervisorService of the API. */
export type HypervisorService = {
  readonly id: string;
  readonly host: string;
  readonly disabled_reason: string | null;
};

/** A HypervisorUptime of the API. */
export type HypervisorUptime = BriefHypervisor;

/** A IdentityFault of the API. */
export type IdentityFault = {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly title: string;
  };
};

/** A IdentityVersion of the API. */
export type IdentityVersion = {
  readonly id: string;
  readonly status: string;
  readonly updated: string;
  readonly links: readonly Link[];
  readonly 'media-types': readonly {
    readonly base: string;
    readonly type: string;
  }[];
};

/** An image; its own properties stand beside these. */
export type Image = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly visibility: string;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly container_format: string;
  readonly disk_format: string;
  readonly size: number;
  readonly virtual_size: number | null;
  readonly min_disk: number;
  readonly min_ram: number;
  /** UTC */
  readonly created_at: string;
  /** UTC */
  readonly updated_at: string;
  readonly owner: string | null;
  readonly checksum: string | null;
  readonly tags: readonly string[];
  readonly self: string;
  readonly file: string;
  readonly schema: string;
};

/** A ImageFault of the API. */
export type ImageFault = {
  readonly message: string;
  readonly code: string;
  readonly title: string;
};

/** A ImageVersion of the API. */
export type ImageVersion = {
  readonly id: string;
  readonly status: string;
  readonly links: readonly Link[];
};

/** A InstanceAction of the API. */
export type InstanceAction = {
  /** What was asked, e.g. trigger_crash_dump */
  readonly action: string;
  /** The server */
  readonly instance_uuid: string;
  /** The request that asked */
  readonly request_id: string;
  /** Who asked */
  readonly user_id: string;
  /** The project it was asked from */
  readonly project_id: string;
  /** When */
  readonly start_time: string;
  /** Error once an event failed */
  readonly message: string | null;
  /** When an event last ended (since 2.58) */
  readonly updated_at: string;
};

/** A Keypair of the API. */
export type Keypair = {
  /** Its name */
  readonly name: string;
  /** ssh or x509 (since 2.2) */
  readonly type: "ssh" | "x509";
  /** As OpenSSH writes it, or a certificate in PEM */
  readonly public_key: string;
  /** md5 of an ssh key, sha1 of a certificate */
  readonly fingerprint: string;
  /** Whose it is */
  readonly user_id: string;
  /** Its number */
  readonly id: number;
  /** When */
  readonly created_at: string;
  /** Always null */
  readonly updated_at: null;
  /** Always false */
  readonly deleted: boolean;
  /** Always null */
  readonly deleted_at: null;
};

/** A KeypairCreated of the API. */
export type KeypairCreated = {
  /** Its name */
  readonly name: string;
  /** ssh or x509 (since 2.2) */
  readonly type: "ssh" | "x509";
  /** As OpenSSH writes it, or a certificate in PEM */
  readonly public_key: string;
  /** md5 of an ssh key, sha1 of a certificate */
  readonly fingerprint: string;
  /** Whose it is */
  readonly user_id: string;
  /** Of a pair that was made just now, in PEM: shown this once and kept nowhere (until 2.91) */
  readonly private_key?: string;
};

/** A KeypairListed of the API. */
export type KeypairListed = {
  /** Its name */
  readonly name: string;
  /** ssh or x509 (since 2.2) */
  readonly type: "ssh" | "x509";
  /** As OpenSSH writes it, or a certificate in PEM */
  readonly public_key: string;
  /** md5 of an ssh key, sha1 of a certificate */
  readonly fingerprint: string;
};

/** A Link of the API. */
export type Link = {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
};

/** A ListedHost of the API. */
export type ListedHost = {
  readonly name: string;
  readonly status: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  readonly state: "up" | "down";
  /** UTC */
  readonly since: string;
  readonly cause: "heard" | "not-heard-yet" | "stopped" | "silent" | "bus-lost" | "flapping" | "out-of-reach" | "hypervisor-lost" | "forced-down" | "disabled" | "disabled-silent";
  readonly detail: string;
  readonly evidence_age_ms: number | null;
  readonly forced_down: boolean;
  readonly forced_down_by: string | null;
  /** UTC */
  readonly forced_down_at: string | null;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  /** UTC */
  readonly last_beat_at: string | null;
  readonly last_transition: HostTransition | null;
  readonly driver: string | null;
  readonly connection: {
    readonly up: boolean;
    readonly reason: string;
  } | null;
  readonly servers: number;
  readonly disks: HostDisks | null;
  readonly node_counts: HostNodeCounts | null;
};

/** A MemoryDump of the API. */
export type MemoryDump = {
  readonly state: "queued" | "running" | "done" | "failed";
  readonly bytes: number | null;
  readonly total: number | null;
  readonly reason: string | null;
  /** UTC */
  readonly started_at: string | null;
  /** UTC */
  readonly ended_at: string | null;
};

/** A Migration of the API. */
export type Migration = {
  /** Its number */
  readonly id: number;
  /** UUID (since 2.59) */
  readonly uuid: string;
  /** The host it began on */
  readonly source_compute: string;
  /** The host it goes to; null when none was found */
  readonly dest_compute: string | null;
  /** The hypervisor it began on */
  readonly source_node: string | null;
  /** The hypervisor it goes to */
  readonly dest_node: string | null;
  /** Always null: hosts tell no address */
  readonly dest_host: string | null;
  /** The number of its flavor before; null for one that is in no list */
  readonly old_instance_type_id: number | null;
  /** The number of its flavor after */
  readonly new_instance_type_id: number | null;
  /** The server */
  readonly instance_uuid: string;
  /** How far it is */
  readonly status: string;
  /** resize or evacuation (since 2.23) */
  readonly migration_type: string;
  /** Who asked for it (since 2.80) */
  readonly user_id: string;
  /** The project of who asked for it (since 2.80) */
  readonly project_id: string;
  /** When */
  readonly created_at: string;
  /** When it last changed */
  readonly updated_at: string | null;
};

/** A NewAggregate of the API. */
export type NewAggregate = {
  /** Its number */
  readonly id: number;
  /** Its UUID (since 2.41) */
  readonly uuid: string;
  /** Its name */
  readonly name: string;
  /** When it was made */
  readonly created_at: string;
  /** When it was changed */
  readonly updated_at: string | null;
  /** Always null */
  readonly deleted_at: string | null;
  /** Always false */
  readonly deleted: boolean;
  /** The zone its hosts are in */
  readonly availability_zone: string | null;
};

/** A Panic of the API. */
export type Panic = {
  readonly kernel: string | null;
  readonly reason: string | null;
  readonly lines: readonly string[];
};

/** A Project of the API. */
export type Project = {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly parent_id: string;
  readonly is_domain: boolean;
  readonly tags: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly links: {
    readonly self: string;
  };
};

/** A ProjectUsage of the API. */
export type ProjectUsage = {
  readonly tenant_id: string;
  readonly total_local_gb_usage: number;
  readonly total_vcpus_usage: number;
  readonly total_memory_mb_usage: number;
  readonly total_hours: number;
  /** UTC */
  readonly start: string;
  /** UTC */
  readonly stop: string;
  readonly server_usages?: readonly ServerUsage[];
};

/** A QuotaClassSet of the API. */
export type QuotaClassSet = {
  /** The class's name */
  readonly id: string;
  /** The limit; -1 for none */
  readonly instances: number;
  /** The limit; -1 for none */
  readonly cores: number;
  /** The limit; -1 for none */
  readonly ram: number;
  /** The limit; -1 for none */
  readonly metadata_items: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_files?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_content_bytes?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_path_bytes?: number;
  /** The limit; -1 for none */
  readonly key_pairs: number;
  /** The limit; -1 for none (since 2.50) */
  readonly server_groups: number;
  /** The limit; -1 for none (since 2.50) */
  readonly server_group_members: number;
  /** The limit; -1 for none (until 2.49) */
  readonly fixed_ips?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly floating_ips?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly security_groups?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly security_group_rules?: number;
};

/** A QuotaClassSetUpdated of the API. */
export type QuotaClassSetUpdated = {
  /** The limit; -1 for none */
  readonly instances: number;
  /** The limit; -1 for none */
  readonly cores: number;
  /** The limit; -1 for none */
  readonly ram: number;
  /** The limit; -1 for none */
  readonly metadata_items: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_files?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_content_bytes?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_path_bytes?: number;
  /** The limit; -1 for none */
  readonly key_pairs: number;
  /** The limit; -1 for none (since 2.50) */
  readonly server_groups: number;
  /** The limit; -1 for none (since 2.50) */
  readonly server_group_members: number;
  /** The limit; -1 for none (until 2.49) */
  readonly fixed_ips?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly floating_ips?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly security_groups?: number;
  /** The limit; -1 for none (until 2.49) */
  readonly security_group_rules?: number;
};

/** A QuotaSet of the API. */
export type QuotaSet = {
  /** The project's id */
  readonly id: string;
  /** The limit; -1 for none */
  readonly instances: number;
  /** The limit; -1 for none */
  readonly cores: number;
  /** The limit; -1 for none */
  readonly ram: number;
  /** The limit; -1 for none */
  readonly metadata_items: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_files?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_content_bytes?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_path_bytes?: number;
  /** The limit; -1 for none */
  readonly key_pairs: number;
  /** The limit; -1 for none */
  readonly server_groups: number;
  /** The limit; -1 for none */
  readonly server_group_members: number;
  /** The limit; -1 for none (until 2.35) */
  readonly fixed_ips?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly floating_ips?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly security_groups?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly security_group_rules?: number;
};

/** A QuotaSetDetail of the API. */
export type QuotaSetDetail = {
  /** The project's id */
  readonly id: string;
  /** The limit, and what is used of it */
  readonly instances: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly cores: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly ram: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly metadata_items: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.56) */
  readonly injected_files?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.56) */
  readonly injected_file_content_bytes?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.56) */
  readonly injected_file_path_bytes?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly key_pairs: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly server_groups: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it */
  readonly server_group_members: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.35) */
  readonly fixed_ips?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.35) */
  readonly floating_ips?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.35) */
  readonly security_groups?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
  /** The limit, and what is used of it (until 2.35) */
  readonly security_group_rules?: {
    readonly in_use: number;
    readonly limit: number;
    readonly reserved: number;
  };
};

/** A QuotaSetUpdated of the API. */
export type QuotaSetUpdated = {
  /** The limit; -1 for none */
  readonly instances: number;
  /** The limit; -1 for none */
  readonly cores: number;
  /** The limit; -1 for none */
  readonly ram: number;
  /** The limit; -1 for none */
  readonly metadata_items: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_files?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_content_bytes?: number;
  /** The limit; -1 for none (until 2.56) */
  readonly injected_file_path_bytes?: number;
  /** The limit; -1 for none */
  readonly key_pairs: number;
  /** The limit; -1 for none */
  readonly server_groups: number;
  /** The limit; -1 for none */
  readonly server_group_members: number;
  /** The limit; -1 for none (until 2.35) */
  readonly fixed_ips?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly floating_ips?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly security_groups?: number;
  /** The limit; -1 for none (until 2.35) */
  readonly security_group_rules?: number;
};

/** A Readiness of the API. */
export type Readiness = {
  readonly server_id: string;
  readonly state: "green" | "amber" | "unknown";
  readonly expected: "host_dump" | "guest_dump" | "remote_dump" | "some_dump" | "panic_only" | "nothing" | "crashed" | "not_sent" | "unknown";
  readonly says: string;
  readonly items: readonly ReadinessItem[];
};

/** A ReadinessItem of the API. */
export type ReadinessItem = {
  readonly item: "host" | "state" | "driver" | "crash_kernel" | "crash_memory" | "nmi_panic" | "dump_target" | "ports" | "guest_agent" | "panic_device" | "console_log" | "watchdog";
  readonly state: "green" | "amber" | "unknown";
  readonly needed: boolean;
  readonly says: string;
  readonly fix: string | null;
  /** UTC */
  readonly learnt_at: string | null;
  readonly age_seconds: number | null;
};

/** A RemnantFault of the API. */
export type RemnantFault = {
  readonly error: {
    readonly code: number;
    readonly title: string;
    readonly message: string;
    readonly request_id: string;
  };
};

/** A RemnantVersion of the API. */
export type RemnantVersion = {
  readonly id: string;
  readonly status: string;
  readonly links: readonly Link[];
};

/** A Role of the API. */
export type Role = {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string | null;
  readonly description: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly links: {
    readonly self: string;
  };
};

/** A RoleAssignment of the API. */
export type RoleAssignment = {
  readonly role: {
    readonly id: string;
    readonly name?: string;
  };
  readonly user: {
    readonly id: string;
    readonly name?: string;
    readonly domain?: {
      readonly id: string;
      readonly name: string;
    };
  };
  readonly scope: {
    readonly project?: {
      readonly id: string;
      readonly name?: string;
      readonly domain?: {
        readonly id: string;
        readonly name: string;
      };
    };
    readonly system?: {
      readonly all: boolean;
    };
  };
  readonly links: {
    readonly assignment: string;
    readonly prior_role?: string;
  };
};

/** A Server of the API. */
export type Server = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** ACTIVE, BUILD, ERROR, ... */
  readonly status: string;
  /** Its project's id */
  readonly tenant_id: string;
  /** Who made it */
  readonly user_id: string;
  /** Key and value pairs of its owner */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tells servers on one host apart without naming it; empty without a host */
  readonly hostId: string;
  /** What it was made from; empty when nothing */
  readonly image: {
    readonly id: string;
    readonly links: readonly Link[];
  } | string;
  /** Its flavor as it was made; extra specs by policy (since 2.47) */
  readonly flavor: ServerFlavor;
  /** When */
  readonly created: string;
  /** When it last changed */
  readonly updated: string;
  /** Addresses by network */
  readonly addresses: Readonly<Record<string, readonly Address[]>>;
  /** Set by its owner */
  readonly accessIPv4: string;
  /** Set by its owner */
  readonly accessIPv6: string;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** AUTO or MANUAL */
  readonly 'OS-DCF:diskConfig': string;
  /** Per cent; only in states that make progress */
  readonly progress?: number;
  /** Why it failed; only in ERROR and DELETED */
  readonly fault?: ServerFault;
  /** Its zone */
  readonly 'OS-EXT-AZ:availability_zone': string;
  /** "True" or empty */
  readonly config_drive: string;
  /** Its key pair */
  readonly key_name: string | null;
  /** When it first ran */
  readonly 'OS-SRV-USG:launched_at': string | null;
  /** When it was deleted */
  readonly 'OS-SRV-USG:terminated_at': string | null;
  /** By name; absent when it has none */
  readonly security_groups?: readonly {
    readonly name: string;
  }[];
  /** Its host */
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
  /** The hypervisor's name for it */
  readonly 'OS-EXT-SRV-ATTR:instance_name'?: string;
  /** Its hypervisor */
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
  /** Of the request that made it (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:reservation_id'?: string | null;
  /** Its place in that request (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:launch_index'?: number;
  /** Its own host name (since 2.90) */
  readonly 'OS-EXT-SRV-ATTR:hostname': string | null;
  /** Its kernel image (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:kernel_id'?: string;
  /** Its ramdisk image (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
  /** Its root device (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:root_device_name'?: string | null;
  /** Base64, as given (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:user_data'?: string | null;
  /** What is being done with it */
  readonly 'OS-EXT-STS:task_state': string | null;
  /** What it should be */
  readonly 'OS-EXT-STS:vm_state': string;
  /** 0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended */
  readonly 'OS-EXT-STS:power_state': number;
  /** Always empty: there is no volume service */
  readonly 'os-extended-volumes:volumes_attached': readonly Readonly<Record<string, unknown>>[];
  /** Shown only while UNKNOWN (since 2.16) */
  readonly host_status?: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  /** True when locked (since 2.9) */
  readonly locked: boolean;
  /** Why it was locked (since 2.73) */
  readonly locked_reason: string | null;
  /** Free text (since 2.19) */
  readonly description: string | null;
  /** Its tags (since 2.26) */
  readonly tags: readonly string[];
  /** Always null (since 2.63) */
  readonly trusted_image_certificates: null;
  /** The groups it is in (since 2.71) */
  readonly server_groups: readonly string[];
  /** The zone it was asked for in; null when any would do (since 2.96) */
  readonly pinned_availability_zone: string | null;
};

/** A ServerBrief of the API. */
export type ServerBrief = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** self and bookmark */
  readonly links: readonly Link[];
};

/** A ServerDetail of the API. */
export type ServerDetail = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** ACTIVE, BUILD, ERROR, ... */
  readonly status: string;
  /** Its project's id */
  readonly tenant_id: string;
  /** Who made it */
  readonly user_id: string;
  /** Key and value pairs of its owner */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tells servers on one host apart without naming it; empty without a host */
  readonly hostId: string;
  /** What it was made from; empty when nothing */
  readonly image: {
    readonly id: string;
    readonly links: readonly Link[];
  } | string;
  /** Its flavor as it was made; extra specs by policy (since 2.47) */
  readonly flavor: ServerFlavor;
  /** When */
  readonly created: string;
  /** When it last changed */
  readonly updated: string;
  /** Addresses by network */
  readonly addresses: Readonly<Record<string, readonly Address[]>>;
  /** Set by its owner */
  readonly accessIPv4: string;
  /** Set by its owner */
  readonly accessIPv6: string;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** AUTO or MANUAL */
  readonly 'OS-DCF:diskConfig': string;
  /** Per cent; only in states that make progress */
  readonly progress?: number;
  /** Why it failed; only in ERROR and DELETED */
  readonly fault?: ServerFault;
  /** Its zone */
  readonly 'OS-EXT-AZ:availability_zone': string;
  /** "True" or empty */
  readonly config_drive: string;
  /** Its key pair */
  readonly key_name: string | null;
  /** When it first ran */
  readonly 'OS-SRV-USG:launched_at': string | null;
  /** When it was deleted */
  readonly 'OS-SRV-USG:terminated_at': string | null;
  /** By name; absent when it has none */
  readonly security_groups?: readonly {
    readonly name: string;
  }[];
  /** Its host */
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
  /** The hypervisor's name for it */
  readonly 'OS-EXT-SRV-ATTR:instance_name'?: string;
  /** Its hypervisor */
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
  /** Of the request that made it (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:reservation_id'?: string | null;
  /** Its place in that request (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:launch_index'?: number;
  /** Its own host name (since 2.90) */
  readonly 'OS-EXT-SRV-ATTR:hostname': string | null;
  /** Its kernel image (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:kernel_id'?: string;
  /** Its ramdisk image (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
  /** Its root device (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:root_device_name'?: string | null;
  /** Base64, as given (since 2.3) */
  readonly 'OS-EXT-SRV-ATTR:user_data'?: string | null;
  /** What is being done with it */
  readonly 'OS-EXT-STS:task_state': string | null;
  /** What it should be */
  readonly 'OS-EXT-STS:vm_state': string;
  /** 0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended */
  readonly 'OS-EXT-STS:power_state': number;
  /** Always empty: there is no volume service */
  readonly 'os-extended-volumes:volumes_attached': readonly Readonly<Record<string, unknown>>[];
  /** Shown only while UNKNOWN (since 2.16) */
  readonly host_status?: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  /** True when locked (since 2.9) */
  readonly locked: boolean;
  /** Why it was locked (since 2.73) */
  readonly locked_reason: string | null;
  /** Free text (since 2.19) */
  readonly description: string | null;
  /** Its tags (since 2.26) */
  readonly tags: readonly string[];
  /** Always null (since 2.63) */
  readonly trusted_image_certificates: null;
  /** The zone it was asked for in; null when any would do (since 2.96) */
  readonly pinned_availability_zone: string | null;
};

/** A ServerFault of the API. */
export type ServerFault = {
  readonly code: number;
  /** UTC */
  readonly created: string;
  readonly message: string;
  readonly details?: string;
};

/** A ServerFlavor of the API. */
export type ServerFlavor = {
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral: number;
  readonly swap: number;
  readonly original_name: string;
  readonly extra_specs?: Readonly<Record<string, string>>;
};

/** A ServerGroup of the API. */
export type ServerGroup = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** Its one policy (until 2.63) */
  readonly policies?: readonly string[];
  /** Always empty (until 2.63) */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** anti-affinity, affinity, or soft-... (since 2.64) */
  readonly policy: string;
  /** Of anti-affinity: how many of its servers may be on one host (since 2.64) */
  readonly rules: {
    readonly max_server_per_host?: number;
  };
  /** Its servers, by their ids */
  readonly members: readonly string[];
  /** Whose it is (since 2.13) */
  readonly project_id: string;
  /** Who made it (since 2.13) */
  readonly user_id: string;
};

/** A ServerRebuilt of the API. */
export type ServerRebuilt = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** ACTIVE, BUILD, ERROR, ... */
  readonly status: string;
  /** Its project's id */
  readonly tenant_id: string;
  /** Who made it */
  readonly user_id: string;
  /** Key and value pairs of its owner */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tells servers on one host apart without naming it; empty without a host */
  readonly hostId: string;
  /** What it was made from; empty when nothing */
  readonly image: {
    readonly id: string;
    readonly links: readonly Link[];
  } | string;
  /** Its flavor as it was made; extra specs by policy (since 2.47) */
  readonly flavor: ServerFlavor;
  /** When */
  readonly created: string;
  /** When it last changed */
  readonly updated: string;
  /** Addresses by network (since 2.75) */
  readonly addresses: Readonly<Record<string, readonly Address[]>>;
  /** Set by its owner */
  readonly accessIPv4: string;
  /** Set by its owner */
  readonly accessIPv6: string;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** AUTO or MANUAL */
  readonly 'OS-DCF:diskConfig': string;
  /** Per cent; only in states that make progress */
  readonly progress?: number;
  /** Why it failed; only in ERROR and DELETED */
  readonly fault?: ServerFault;
  /** Its zone (since 2.75) */
  readonly 'OS-EXT-AZ:availability_zone': string;
  /** "True" or empty (since 2.75) */
  readonly config_drive: string;
  /** Its key pair (since 2.54) */
  readonly key_name: string | null;
  /** When it first ran (since 2.75) */
  readonly 'OS-SRV-USG:launched_at': string | null;
  /** When it was deleted (since 2.75) */
  readonly 'OS-SRV-USG:terminated_at': string | null;
  /** By name; absent when it has none (since 2.75) */
  readonly security_groups?: readonly {
    readonly name: string;
  }[];
  /** Its host (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
  /** The hypervisor's name for it (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:instance_name'?: string;
  /** Its hypervisor (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
  /** Of the request that made it (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:reservation_id'?: string | null;
  /** Its place in that request (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:launch_index'?: number;
  /** Its own host name (since 2.90) */
  readonly 'OS-EXT-SRV-ATTR:hostname': string | null;
  /** Its kernel image (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:kernel_id'?: string;
  /** Its ramdisk image (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
  /** Its root device (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:root_device_name'?: string | null;
  /** What is being done with it (since 2.75) */
  readonly 'OS-EXT-STS:task_state': string | null;
  /** What it should be (since 2.75) */
  readonly 'OS-EXT-STS:vm_state': string;
  /** 0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended (since 2.75) */
  readonly 'OS-EXT-STS:power_state': number;
  /** Always empty: there is no volume service (since 2.75) */
  readonly 'os-extended-volumes:volumes_attached': readonly Readonly<Record<string, unknown>>[];
  /** Shown only while UNKNOWN (since 2.75) */
  readonly host_status?: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  /** True when locked (since 2.9) */
  readonly locked: boolean;
  /** Why it was locked (since 2.73) */
  readonly locked_reason: string | null;
  /** Free text (since 2.19) */
  readonly description: string | null;
  /** Its tags (since 2.26) */
  readonly tags: readonly string[];
  /** Always null (since 2.63) */
  readonly trusted_image_certificates: null;
  /** The groups it is in (since 2.71) */
  readonly server_groups: readonly string[];
  /** The zone it was asked for in; null when any would do (since 2.96) */
  readonly pinned_availability_zone: string | null;
  /** Base64, as given (since 2.57) */
  readonly user_data: string | null;
};

/** A ServerUpdated of the API. */
export type ServerUpdated = {
  /** UUID */
  readonly id: string;
  /** Its name */
  readonly name: string;
  /** ACTIVE, BUILD, ERROR, ... */
  readonly status: string;
  /** Its project's id */
  readonly tenant_id: string;
  /** Who made it */
  readonly user_id: string;
  /** Key and value pairs of its owner */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tells servers on one host apart without naming it; empty without a host */
  readonly hostId: string;
  /** What it was made from; empty when nothing */
  readonly image: {
    readonly id: string;
    readonly links: readonly Link[];
  } | string;
  /** Its flavor as it was made; extra specs by policy (since 2.47) */
  readonly flavor: ServerFlavor;
  /** When */
  readonly created: string;
  /** When it last changed */
  readonly updated: string;
  /** Addresses by network (since 2.75) */
  readonly addresses: Readonly<Record<string, readonly Address[]>>;
  /** Set by its owner */
  readonly accessIPv4: string;
  /** Set by its owner */
  readonly accessIPv6: string;
  /** self and bookmark */
  readonly links: readonly Link[];
  /** AUTO or MANUAL */
  readonly 'OS-DCF:diskConfig': string;
  /** Per cent; only in states that make progress */
  readonly progress?: number;
  /** Why it failed; only in ERROR and DELETED */
  readonly fault?: ServerFault;
  /** Its zone (since 2.75) */
  readonly 'OS-EXT-AZ:availability_zone': string;
  /** "True" or empty (since 2.75) */
  readonly config_drive: string;
  /** Its key pair (since 2.75) */
  readonly key_name: string | null;
  /** When it first ran (since 2.75) */
  readonly 'OS-SRV-USG:launched_at': string | null;
  /** When it was deleted (since 2.75) */
  readonly 'OS-SRV-USG:terminated_at': string | null;
  /** By name; absent when it has none (since 2.75) */
  readonly security_groups?: readonly {
    readonly name: string;
  }[];
  /** Its host (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
  /** The hypervisor's name for it (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:instance_name'?: string;
  /** Its hypervisor (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
  /** Of the request that made it (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:reservation_id'?: string | null;
  /** Its place in that request (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:launch_index'?: number;
  /** Its own host name (since 2.90) */
  readonly 'OS-EXT-SRV-ATTR:hostname': string | null;
  /** Its kernel image (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:kernel_id'?: string;
  /** Its ramdisk image (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
  /** Its root device (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:root_device_name'?: string | null;
  /** Base64, as given (since 2.75) */
  readonly 'OS-EXT-SRV-ATTR:user_data'?: string | null;
  /** What is being done with it (since 2.75) */
  readonly 'OS-EXT-STS:task_state': string | null;
  /** What it should be (since 2.75) */
  readonly 'OS-EXT-STS:vm_state': string;
  /** 0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended (since 2.75) */
  readonly 'OS-EXT-STS:power_state': number;
  /** Always empty: there is no volume service (since 2.75) */
  readonly 'os-extended-volumes:volumes_attached': readonly Readonly<Record<string, unknown>>[];
  /** Shown only while UNKNOWN (since 2.75) */
  readonly host_status?: "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" | "";
  /** True when locked (since 2.9) */
  readonly locked: boolean;
  /** Why it was locked (since 2.73) */
  readonly locked_reason: string | null;
  /** Free text (since 2.19) */
  readonly description: string | null;
  /** Its tags (since 2.26) */
  readonly tags: readonly string[];
  /** Always null (since 2.63) */
  readonly trusted_image_certificates: null;
  /** The groups it is in (since 2.71) */
  readonly server_groups: readonly string[];
  /** The zone it was asked for in; null when any would do (since 2.96) */
  readonly pinned_availability_zone: string | null;
};

/** A ServerUsage of the API. */
export type ServerUsage = {
  readonly hours: number;
  readonly flavor: string;
  readonly instance_id: string;
  readonly name: string;
  readonly tenant_id: string;
  readonly memory_mb: number;
  readonly local_gb: number;
  readonly vcpus: number;
  /** UTC */
  readonly started_at: string;
  /** UTC */
  readonly ended_at: string | null;
  readonly state: string;
  readonly uptime: number;
};

/** A Service of the API. */
export type Service = {
  /** nova-compute */
  readonly binary: string;
  /** Its host */
  readonly host: string;
  /** Its UUID (since 2.53) */
  readonly id: string;
  /** Its availability zone */
  readonly zone: string;
  /** enabled or disabled */
  readonly status: "enabled" | "disabled";
  /** up when it was heard lately and is not forced down */
  readonly state: "up" | "down";
  /** When it was last heard or changed */
  readonly updated_at: string | null;
  /** Why it is disabled */
  readonly disabled_reason: string | null;
  /** True when an operator marked it down (since 2.11) */
  readonly forced_down: boolean;
};

/** A Token of the API. */
export type Token = {
  readonly methods: readonly string[];
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly domain: {
      readonly id: string;
      readonly name: string;
    };
    readonly password_expires_at: string | null;
  };
  readonly audit_ids: readonly string[];
  /** UTC */
  readonly issued_at: string;
  /** UTC */
  readonly expires_at: string;
  readonly project?: {
    readonly id: string;
    readonly name: string;
    readonly domain: {
      readonly id: string;
      readonly name: string;
    };
  };
  readonly is_domain?: boolean;
  readonly system?: {
    readonly all: boolean;
  };
  readonly roles?: readonly {
    readonly id: string;
    readonly name: string;
  }[];
  readonly catalog?: readonly CatalogService[];
};

/** A Traffic of the API. */
export type Traffic = {
  readonly read_bytes: number;
  readonly written_bytes: number;
  readonly reads: number;
  readonly writes: number;
};

/** A User of the API. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
  readonly enabled: boolean;
  readonly password_expires_at: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly links: {
    readonly self: string;
  };
  readonly description?: string;
  readonly email?: string;
  readonly default_project_id?: string;
};

/** A Vitals of the API. */
export type Vitals = {
  readonly took_ms: number;
  readonly between_ms: number | null;
  readonly cpus_busy_percent: readonly number[] | null;
  readonly disks: Traffic | null;
  readonly networks: Traffic | null;
  readonly console: readonly string[] | null;
  readonly screen: string;
};

/** A Zone of the API. */
export type Zone = {
  readonly zoneName: string;
  readonly zoneState: {
    readonly available: boolean;
  };
  readonly hosts: null;
};

/** A ZoneServices of the API. */
export type ZoneServices = Readonly<Record<string, {
  readonly available: boolean;
  readonly active: boolean;
  /** UTC */
  readonly updated_at: string;
}>>;

/** A ZoneWithHosts of the API. */
export type ZoneWithHosts = {
  readonly zoneName: string;
  readonly zoneState: {
    readonly available: boolean;
  };
  readonly hosts: Readonly<Record<string, ZoneServices>> | null;
};

/** The answer of versions.list. */
export type VersionsListReply = {
  readonly versions: readonly ComputeVersion[];
};

/** The answer of versions.show. */
export type VersionsShowReply = {
  readonly version: ComputeVersion;
};

/** The answer of identity.version. */
export type IdentityVersionReply = {
  readonly version: IdentityVersion;
};

/** The answer of remnant.version. */
export type RemnantVersionReply = {
  readonly version: RemnantVersion;
};

/** The query of servers.list. */
export type ServersListQuery = {
  readonly user_id?: QueryValue;
  readonly project_id?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly image?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly hostname?: QueryValue;
  readonly key_name?: QueryValue;
  readonly power_state?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly task_state?: QueryValue;
  readonly host?: QueryValue;
  readonly node?: QueryValue;
  readonly flavor?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly name?: QueryValue;
  readonly display_name?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly uuid?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly progress?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly deleted?: QueryValue;
  readonly status?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly created_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
  readonly locked?: QueryValue;
  readonly block_device_mapping?: QueryValue;
  readonly services?: QueryValue;
  readonly metadata?: QueryValue;
  readonly system_metadata?: QueryValue;
  readonly info_cache?: QueryValue;
  readonly security_groups?: QueryValue;
  readonly pci_devices?: QueryValue;
};

/** The answer of servers.list. */
export type ServersListReply = {
  readonly servers: readonly ServerBrief[];
  readonly servers_links?: readonly Link[];
};

/** The body of servers.create. */
export type ServersCreateBody = {
  readonly server: {
    readonly name: string;
    readonly imageRef?: string;
    readonly flavorRef: string | number;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly networks: readonly ({
      readonly fixed_ip?: unknown;
      readonly port?: string | null;
      readonly uuid?: string;
      readonly tag?: unknown;
    })[] | "none" | "auto";
    readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly availability_zone?: string;
    readonly block_device_mapping?: readonly ({
      readonly virtual_name?: string;
      readonly volume_id?: string;
      readonly snapshot_id?: string;
      readonly volume_size?: number | string;
      readonly device_name?: string;
      readonly delete_on_termination?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
      readonly no_device?: unknown;
      readonly connection_info?: string;
    })[];
    readonly block_device_mapping_v2?: readonly ({
      readonly virtual_name?: string;
      readonly volume_id?: string;
      readonly snapshot_id?: string;
      readonly volume_size?: number | string;
      readonly device_name?: string;
      readonly delete_on_termination?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
      readonly no_device?: unknown;
      readonly connection_info?: string;
      readonly source_type?: "volume" | "image" | "snapshot" | "blank";
      readonly uuid?: string;
      readonly image_id?: string;
      readonly destination_type?: "local" | "volume";
      readonly guest_format?: string;
      readonly device_type?: string;
      readonly disk_bus?: string;
      readonly boot_index?: number | string | null;
      readonly tag?: unknown;
      readonly volume_type?: string | null;
    })[];
    readonly config_drive?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
    readonly key_name?: string;
    readonly min_count?: number | string;
    readonly max_count?: number | string;
    readonly return_reservation_id?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
    readonly security_groups?: readonly {
      readonly name?: string;
    }[];
    readonly user_data?: string;
    readonly description?: string | null;
    readonly tags?: readonly unknown[];
    readonly trusted_image_certificates?: readonly string[] | null;
    readonly host?: string;
    readonly hypervisor_hostname?: string;
    readonly hostname?: string;
  };
  readonly 'os:scheduler_hints'?: {
    readonly group?: string;
    readonly different_host?: string | readonly string[];
    readonly same_host?: string | readonly string[];
    readonly query?: string | Readonly<Record<string, unknown>>;
    readonly target_cell?: string;
    readonly different_cell?: string | readonly string[];
    readonly build_near_host_ip?: unknown;
    readonly cidr?: string;
  };
  readonly 'OS-SCH-HNT:scheduler_hints'?: {
    readonly group?: string;
    readonly different_host?: string | readonly string[];
    readonly same_host?: string | readonly string[];
    readonly query?: string | Readonly<Record<string, unknown>>;
    readonly target_cell?: string;
    readonly different_cell?: string | readonly string[];
    readonly build_near_host_ip?: unknown;
    readonly cidr?: string;
  };
};

/** The answer of servers.create. */
export type ServersCreateReply = {
  readonly server?: CreatedServer;
  readonly reservation_id?: string;
};

/** The query of servers.detail. */
export type ServersDetailQuery = {
  readonly user_id?: QueryValue;
  readonly project_id?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly image?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly hostname?: QueryValue;
  readonly key_name?: QueryValue;
  readonly power_state?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly task_state?: QueryValue;
  readonly host?: QueryValue;
  readonly node?: QueryValue;
  readonly flavor?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly name?: QueryValue;
  readonly display_name?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly uuid?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly progress?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly deleted?: QueryValue;
  readonly status?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly created_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
  readonly locked?: QueryValue;
  readonly block_device_mapping?: QueryValue;
  readonly services?: QueryValue;
  readonly metadata?: QueryValue;
  readonly system_metadata?: QueryValue;
  readonly info_cache?: QueryValue;
  readonly security_groups?: QueryValue;
  readonly pci_devices?: QueryValue;
};

/** The answer of servers.detail. */
export type ServersDetailReply = {
  readonly servers: readonly ServerDetail[];
  readonly servers_links?: readonly Link[];
};

/** The answer of servers.show. */
export type ServersShowReply = {
  readonly server: Server;
};

/** The body of servers.update. */
export type ServersUpdateBody = {
  readonly server: {
    readonly name?: string;
    readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly description?: string | null;
    readonly hostname?: string;
  };
};

/** The answer of servers.update. */
export type ServersUpdateReply = {
  readonly server: ServerUpdated;
};

/** The body of servers.reboot. */
export type ServersRebootBody = {
  readonly type: "HARD" | "Hard" | "hard" | "SOFT" | "Soft" | "soft";
};

/** The body of servers.rescue. */
export type ServersRescueBody = {
  readonly adminPass?: string;
  readonly rescue_image_ref?: string;
} | null;

/** The answer of servers.rescue. */
export type ServersRescueReply = Readonly<Record<string, unknown>>;

/** The body of servers.resize. */
export type ServersResizeBody = {
  readonly flavorRef: string | number;
  readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
};

/** The body of servers.rebuild. */
export type ServersRebuildBody = {
  readonly name?: string;
  readonly imageRef: string;
  readonly adminPass?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly preserve_ephemeral?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
  readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly description?: string | null;
  readonly key_name?: string | null;
  readonly user_data?: string | null;
  readonly trusted_image_certificates?: readonly string[] | null;
  readonly hostname?: string;
};

/** The answer of servers.rebuild. */
export type ServersRebuildReply = {
  readonly server: ServerRebuilt;
};

/** The body of servers.evacuate. */
export type ServersEvacuateBody = {
  readonly host?: string;
  readonly adminPass?: string;
};

/** The body of servers.reset-state. */
export type ServersResetStateBody = {
  readonly state: "active" | "error";
};

/** The body of servers.lock. */
export type ServersLockBody = {
  readonly locked_reason?: string;
} | null;

/** The body of servers.get-console-output. */
export type ServersGetConsoleOutputBody = {
  readonly length?: number | string | null;
};

/** The answer of servers.get-console-output. */
export type ServersGetConsoleOutputReply = {
  readonly output: string;
};

/** The answer of server-metadata.list. */
export type ServerMetadataListReply = {
  readonly metadata: Readonly<Record<string, string>>;
};

/** The body of server-metadata.create. */
export type ServerMetadataCreateBody = {
  readonly metadata: Readonly<Record<string, string>>;
};

/** The answer of server-metadata.create. */
export type ServerMetadataCreateReply = {
  readonly metadata: Readonly<Record<string, string>>;
};

/** The body of server-metadata.update-all. */
export type ServerMetadataUpdateAllBody = {
  readonly metadata: Readonly<Record<string, string>>;
};

/** The answer of server-metadata.update-all. */
export type ServerMetadataUpdateAllReply = {
  readonly metadata: Readonly<Record<string, string>>;
};

/** The answer of server-metadata.show. */
export type ServerMetadataShowReply = {
  readonly meta: Readonly<Record<string, string>>;
};

/** The body of server-metadata.update. */
export type ServerMetadataUpdateBody = {
  readonly meta: Readonly<Record<string, string>>;
};

/** The answer of server-metadata.update. */
export type ServerMetadataUpdateReply = {
  readonly meta: Readonly<Record<string, string>>;
};

/** The answer of server-tags.list. */
export type ServerTagsListReply = {
  readonly tags: readonly string[];
};

/** The body of server-tags.update-all. */
export type ServerTagsUpdateAllBody = {
  readonly tags: readonly unknown[];
};

/** The answer of server-tags.update-all. */
export type ServerTagsUpdateAllReply = {
  readonly tags: readonly string[];
};

/** The body of server-tags.update. */
export type ServerTagsUpdateBody = null;

/** The answer of server-ips.list. */
export type ServerIpsListReply = {
  readonly addresses: Readonly<Record<string, readonly {
    readonly version: number;
    readonly addr: string;
  }[]>>;
};

/** The answer of server-ips.show. */
export type ServerIpsShowReply = Readonly<Record<string, readonly {
  readonly version: number;
  readonly addr: string;
}[]>>;

/** The answer of server-password.show. */
export type ServerPasswordShowReply = {
  readonly password: string;
};

/** The query of os-instance-actions.list. */
export type OsInstanceActionsListQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
};

/** The answer of os-instance-actions.list. */
export type OsInstanceActionsListReply = {
  readonly instanceActions: readonly InstanceAction[];
  readonly links?: readonly Link[];
};

/** The answer of os-instance-actions.show. */
export type OsInstanceActionsShowReply = {
  readonly instanceAction: InstanceAction & {
    readonly events?: readonly ActionEvent[];
  };
};

/** The query of os-migrations.list. */
export type OsMigrationsListQuery = {
  readonly hidden?: QueryValue;
  readonly host?: QueryValue;
  readonly instance_uuid?: QueryValue;
  readonly source_compute?: QueryValue;
  readonly status?: QueryValue;
  readonly migration_type?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
  readonly user_id?: QueryValue;
  readonly project_id?: QueryValue;
};

/** The answer of os-migrations.list. */
export type OsMigrationsListReply = {
  readonly migrations: readonly Migration[];
  readonly migrations_links?: readonly Link[];
};

/** The answer of server-migrations.list. */
export type ServerMigrationsListReply = {
  readonly migrations: readonly Readonly<Record<string, unknown>>[];
};

/** The query of os-services.list. */
export type OsServicesListQuery = {
  readonly host?: QueryValue;
  readonly binary?: QueryValue;
};

/** The answer of os-services.list. */
export type OsServicesListReply = {
  readonly services: readonly Service[];
};

/** The body of os-services.update. */
export type OsServicesUpdateBody = {
  readonly status?: "enabled" | "disabled";
  readonly disabled_reason?: string;
  readonly forced_down?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
};

/** The answer of os-services.update. */
export type OsServicesUpdateReply = {
  readonly service: Service;
};

/** The query of os-hypervisors.list. */
export type OsHypervisorsListQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly hypervisor_hostname_pattern?: QueryValue;
  readonly with_servers?: QueryValue;
};

/** The answer of os-hypervisors.list. */
export type OsHypervisorsListReply = {
  readonly hypervisors: readonly BriefHypervisor[];
  readonly hypervisors_links?: readonly Link[];
};

/** The query of os-hypervisors.detail. */
export type OsHypervisorsDetailQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly hypervisor_hostname_pattern?: QueryValue;
  readonly with_servers?: QueryValue;
};

/** The answer of os-hypervisors.detail. */
export type OsHypervisorsDetailReply = {
  readonly hypervisors: readonly Hypervisor[];
  readonly hypervisors_links?: readonly Link[];
};

/** The answer of os-hypervisors.statistics. */
export type OsHypervisorsStatisticsReply = {
  readonly hypervisor_statistics: {
    readonly count: number;
    readonly vcpus: number;
    readonly memory_mb: number;
    readonly local_gb: number;
    readonly vcpus_used: number;
    readonly memory_mb_used: number;
    readonly local_gb_used: number;
    readonly free_ram_mb: number;
    readonly free_disk_gb: number;
    readonly current_workload: number;
    readonly running_vms: number;
    readonly disk_available_least: number;
  };
};

/** The query of os-hypervisors.show. */
export type OsHypervisorsShowQuery = {
  readonly with_servers?: QueryValue;
};

/** The answer of os-hypervisors.show. */
export type OsHypervisorsShowReply = {
  readonly hypervisor: Hypervisor;
};

/** The answer of os-hypervisors.uptime. */
export type OsHypervisorsUptimeReply = {
  readonly hypervisor: HypervisorUptime;
};

/** The answer of os-hypervisors.search. */
export type OsHypervisorsSearchReply = {
  readonly hypervisors: readonly BriefHypervisor[];
};

/** The answer of os-hypervisors.servers. */
export type OsHypervisorsServersReply = {
  readonly hypervisors: readonly BriefHypervisor[];
};

/** The answer of os-availability-zone.list. */
export type OsAvailabilityZoneListReply = {
  readonly availabilityZoneInfo: readonly Zone[];
};

/** The answer of os-availability-zone.detail. */
export type OsAvailabilityZoneDetailReply = {
  readonly availabilityZoneInfo: readonly ZoneWithHosts[];
};

/** The answer of os-aggregates.list. */
export type OsAggregatesListReply = {
  readonly aggregates: readonly Aggregate[];
};

/** The body of os-aggregates.create. */
export type OsAggregatesCreateBody = {
  readonly aggregate: {
    readonly name: string;
    readonly availability_zone?: string | null;
  };
};

/** The answer of os-aggregates.create. */
export type OsAggregatesCreateReply = {
  readonly aggregate: NewAggregate;
};

/** The answer of os-aggregates.show. */
export type OsAggregatesShowReply = {
  readonly aggregate: Aggregate;
};

/** The body of os-aggregates.update. */
export type OsAggregatesUpdateBody = {
  readonly aggregate: unknown;
};

/** The answer of os-aggregates.update. */
export type OsAggregatesUpdateReply = {
  readonly aggregate: Aggregate;
};

/** The body of os-aggregates.add-host. */
export type OsAggregatesAddHostBody = {
  readonly host: string;
};

/** The answer of os-aggregates.add-host. */
export type OsAggregatesAddHostReply = {
  readonly aggregate: Aggregate;
};

/** The body of os-aggregates.remove-host. */
export type OsAggregatesRemoveHostBody = {
  readonly host: string;
};

/** The answer of os-aggregates.remove-host. */
export type OsAggregatesRemoveHostReply = {
  readonly aggregate: Aggregate;
};

/** The body of os-aggregates.set-metadata. */
export type OsAggregatesSetMetadataBody = {
  readonly metadata: Readonly<Record<string, string | null>>;
};

/** The answer of os-aggregates.set-metadata. */
export type OsAggregatesSetMetadataReply = {
  readonly aggregate: Aggregate;
};

/** The body of os-aggregates.cache-images. */
export type OsAggregatesCacheImagesBody = {
  readonly cache: readonly {
    readonly id: string;
  }[];
};

/** The query of os-hosts.list. */
export type OsHostsListQuery = {
  readonly zone?: QueryValue;
};

/** The answer of os-hosts.list. */
export type OsHostsListReply = {
  readonly hosts: readonly HostService[];
};

/** The answer of os-hosts.show. */
export type OsHostsShowReply = {
  readonly host: readonly {
    readonly resource: HostResource;
  }[];
};

/** The body of os-hosts.update. */
export type OsHostsUpdateBody = {
  readonly status?: "enable" | "disable" | "Enable" | "Disable" | "ENABLE" | "DISABLE";
  readonly maintenance_mode?: "enable" | "disable" | "Enable" | "Disable" | "ENABLE" | "DISABLE";
};

/** The answer of os-hosts.update. */
export type OsHostsUpdateReply = {
  readonly host: string;
};

/** The answer of os-hosts.startup. */
export type OsHostsStartupReply = {
  readonly host: string;
  readonly power_action: string;
};

/** The answer of os-hosts.shutdown. */
export type OsHostsShutdownReply = {
  readonly host: string;
  readonly power_action: string;
};

/** The answer of os-hosts.reboot. */
export type OsHostsRebootReply = {
  readonly host: string;
  readonly power_action: string;
};

/** The query of limits.show. */
export type LimitsShowQuery = {
  readonly tenant_id?: QueryValue;
};

/** The answer of limits.show. */
export type LimitsShowReply = {
  readonly limits: {
    readonly rate: readonly Readonly<Record<string, unknown>>[];
    readonly absolute: AbsoluteLimits;
  };
};

/** The query of os-quota-sets.show. */
export type OsQuotaSetsShowQuery = {
  readonly user_id?: QueryValue;
};

/** The answer of os-quota-sets.show. */
export type OsQuotaSetsShowReply = {
  readonly quota_set: QuotaSet;
};

/** The query of os-quota-sets.update. */
export type OsQuotaSetsUpdateQuery = {
  readonly user_id?: QueryValue;
};

/** The body of os-quota-sets.update. */
export type OsQuotaSetsUpdateBody = {
  readonly quota_set: {
    readonly instances?: number | string;
    readonly cores?: number | string;
    readonly ram?: number | string;
    readonly metadata_items?: number | string;
    readonly key_pairs?: number | string;
    readonly server_groups?: number | string;
    readonly server_group_members?: number | string;
    readonly force?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
  };
};

/** The answer of os-quota-sets.update. */
export type OsQuotaSetsUpdateReply = {
  readonly quota_set: QuotaSetUpdated;
};

/** The query of os-quota-sets.delete. */
export type OsQuotaSetsDeleteQuery = {
  readonly user_id?: QueryValue;
};

/** The query of os-quota-sets.detail. */
export type OsQuotaSetsDetailQuery = {
  readonly user_id?: QueryValue;
};

/** The answer of os-quota-sets.detail. */
export type OsQuotaSetsDetailReply = {
  readonly quota_set: QuotaSetDetail;
};

/** The answer of os-quota-sets.defaults. */
export type OsQuotaSetsDefaultsReply = {
  readonly quota_set: QuotaSet;
};

/** The answer of os-quota-class-sets.show. */
export type OsQuotaClassSetsShowReply = {
  readonly quota_class_set: QuotaClassSet;
};

/** The body of os-quota-class-sets.update. */
export type OsQuotaClassSetsUpdateBody = {
  readonly quota_class_set: {
    readonly instances?: number | string;
    readonly cores?: number | string;
    readonly ram?: number | string;
    readonly metadata_items?: number | string;
    readonly key_pairs?: number | string;
    readonly server_groups?: number | string;
    readonly server_group_members?: number | string;
  };
};

/** The answer of os-quota-class-sets.update. */
export type OsQuotaClassSetsUpdateReply = {
  readonly quota_class_set: QuotaClassSetUpdated;
};

/** The query of os-simple-tenant-usage.list. */
export type OsSimpleTenantUsageListQuery = {
  readonly start?: QueryValue;
  readonly end?: QueryValue;
  readonly detailed?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
};

/** The answer of os-simple-tenant-usage.list. */
export type OsSimpleTenantUsageListReply = {
  readonly tenant_usages: readonly ProjectUsage[];
  readonly tenant_usages_links?: readonly Link[];
};

/** The query of os-simple-tenant-usage.show. */
export type OsSimpleTenantUsageShowQuery = {
  readonly start?: QueryValue;
  readonly end?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
};

/** The answer of os-simple-tenant-usage.show. */
export type OsSimpleTenantUsageShowReply = {
  readonly tenant_usage: ProjectUsage | Readonly<Record<string, unknown>>;
  readonly tenant_usage_links?: readonly Link[];
};

/** The query of flavors.list. */
export type FlavorsListQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly is_public?: QueryValue;
  readonly minRam?: QueryValue;
  readonly minDisk?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly sort_dir?: QueryValue;
};

/** The answer of flavors.list. */
export type FlavorsListReply = {
  readonly flavors: readonly FlavorBrief[];
  readonly flavors_links?: readonly Link[];
};

/** The body of flavors.create. */
export type FlavorsCreateBody = {
  readonly flavor: {
    readonly name: string;
    readonly id?: string | number | null;
    readonly ram: number | string;
    readonly vcpus: number | string;
    readonly disk: number | string;
    readonly 'OS-FLV-EXT-DATA:ephemeral'?: number | string;
    readonly swap?: number | string;
    readonly rxtx_factor?: number | string;
    readonly 'os-flavor-access:is_public'?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
    readonly description?: string | null;
  };
};

/** The answer of flavors.create. */
export type FlavorsCreateReply = {
  readonly flavor: Flavor;
};

/** The query of flavors.detail. */
export type FlavorsDetailQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly is_public?: QueryValue;
  readonly minRam?: QueryValue;
  readonly minDisk?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly sort_dir?: QueryValue;
};

/** The answer of flavors.detail. */
export type FlavorsDetailReply = {
  readonly flavors: readonly Flavor[];
  readonly flavors_links?: readonly Link[];
};

/** The answer of flavors.show. */
export type FlavorsShowReply = {
  readonly flavor: Flavor;
};

/** The body of flavors.update. */
export type FlavorsUpdateBody = {
  readonly flavor: {
    readonly description: string | null;
  };
};

/** The answer of flavors.update. */
export type FlavorsUpdateReply = {
  readonly flavor: Flavor;
};

/** The answer of flavors.extra-specs. */
export type FlavorsExtraSpecsReply = {
  readonly extra_specs: Readonly<Record<string, string>>;
};

/** The body of flavors.create-extra-specs. */
export type FlavorsCreateExtraSpecsBody = {
  readonly extra_specs: Readonly<Record<string, string | number>>;
};

/** The answer of flavors.create-extra-specs. */
export type FlavorsCreateExtraSpecsReply = {
  readonly extra_specs: Readonly<Record<string, string | number>>;
};

/** The answer of flavors.extra-spec. */
export type FlavorsExtraSpecReply = Readonly<Record<string, string>>;

/** The body of flavors.update-extra-spec. */
export type FlavorsUpdateExtraSpecBody = Readonly<Record<string, string | number>>;

/** The answer of flavors.update-extra-spec. */
export type FlavorsUpdateExtraSpecReply = Readonly<Record<string, string | number>>;

/** The answer of flavors.access. */
export type FlavorsAccessReply = {
  readonly flavor_access: readonly FlavorAccess[];
};

/** The body of flavors.add-tenant-access. */
export type FlavorsAddTenantAccessBody = {
  readonly tenant: string;
};

/** The answer of flavors.add-tenant-access. */
export type FlavorsAddTenantAccessReply = {
  readonly flavor_access: readonly FlavorAccess[];
};

/** The body of flavors.remove-tenant-access. */
export type FlavorsRemoveTenantAccessBody = {
  readonly tenant: string;
};

/** The answer of flavors.remove-tenant-access. */
export type FlavorsRemoveTenantAccessReply = {
  readonly flavor_access: readonly FlavorAccess[];
};

/** The query of os-keypairs.list. */
export type OsKeypairsListQuery = {
  readonly user_id?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
};

/** The answer of os-keypairs.list. */
export type OsKeypairsListReply = {
  readonly keypairs: readonly {
    readonly keypair: KeypairListed;
  }[];
  readonly keypairs_links?: readonly Link[];
};

/** The body of os-keypairs.create. */
export type OsKeypairsCreateBody = {
  readonly keypair: {
    readonly name: string & string;
    readonly type?: "ssh" | "x509";
    readonly public_key: string;
    readonly user_id?: string;
  };
};

/** The answer of os-keypairs.create. */
export type OsKeypairsCreateReply = {
  readonly keypair: KeypairCreated;
};

/** The query of os-keypairs.show. */
export type OsKeypairsShowQuery = {
  readonly user_id?: QueryValue;
};

/** The answer of os-keypairs.show. */
export type OsKeypairsShowReply = {
  readonly keypair: Keypair;
};

/** The query of os-keypairs.delete. */
export type OsKeypairsDeleteQuery = {
  readonly user_id?: QueryValue;
};

/** The query of os-server-groups.list. */
export type OsServerGroupsListQuery = {
  readonly all_projects?: QueryValue;
  readonly limit?: QueryValue;
  readonly offset?: QueryValue;
};

/** The answer of os-server-groups.list. */
export type OsServerGroupsListReply = {
  readonly server_groups: readonly ServerGroup[];
};

/** The body of os-server-groups.create. */
export type OsServerGroupsCreateBody = {
  readonly server_group: {
    readonly name: string;
    readonly policy: "anti-affinity" | "affinity" | "soft-anti-affinity" | "soft-affinity";
    readonly rules?: {
      readonly max_server_per_host?: number | string;
    };
  };
};

/** The answer of os-server-groups.create. */
export type OsServerGroupsCreateReply = {
  readonly server_group: ServerGroup;
};

/** The answer of os-server-groups.show. */
export type OsServerGroupsShowReply = {
  readonly server_group: ServerGroup;
};

/** The answer of extensions.list. */
export type ExtensionsListReply = {
  readonly extensions: readonly Extension[];
};

/** The answer of extensions.show. */
export type ExtensionsShowReply = {
  readonly extension: Extension;
};

/** The query of tokens.issue. */
export type TokensIssueQuery = {
  readonly nocatalog?: QueryValue;
};

/** The body of tokens.issue. */
export type TokensIssueBody = {
  readonly auth: {
    readonly identity: {
      readonly methods: readonly string[];
      readonly password?: {
        readonly user: {
          readonly id?: string;
          readonly name?: string;
          readonly domain?: {
            readonly id?: string;
            readonly name?: string;
          };
          readonly password: string;
        };
      };
      readonly token?: {
        readonly id: string;
      };
    };
    readonly scope?: "unscoped" | {
      readonly project?: {
        readonly id?: string;
        readonly name?: string;
        readonly domain?: {
          readonly id?: string;
          readonly name?: string;
        };
      };
      readonly system?: {
        readonly all?: boolean;
      };
      readonly domain?: {
        readonly id?: string;
        readonly name?: string;
        readonly domain?: {
          readonly id?: string;
          readonly name?: string;
        };
      };
      readonly unscoped?: Readonly<Record<string, unknown>>;
    };
  };
};

/** The answer of tokens.issue. */
export type TokensIssueReply = {
  readonly token: Token;
};

/** The query of tokens.show. */
export type TokensShowQuery = {
  readonly nocatalog?: QueryValue;
};

/** The answer of tokens.show. */
export type TokensShowReply = {
  readonly token: Token;
};

/** The answer of auth.projects. */
export type AuthProjectsReply = {
  readonly projects: readonly Project[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of auth.domains. */
export type AuthDomainsReply = {
  readonly domains: readonly Domain[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of auth.system. */
export type AuthSystemReply = {
  readonly system: readonly {
    readonly all: boolean;
  }[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of auth.catalog. */
export type AuthCatalogReply = {
  readonly catalog: readonly CatalogService[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The query of domains.list. */
export type DomainsListQuery = {
  readonly name?: QueryValue;
  readonly enabled?: QueryValue;
};

/** The answer of domains.list. */
export type DomainsListReply = {
  readonly domains: readonly Domain[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of domains.show. */
export type DomainsShowReply = {
  readonly domain: Domain;
};

/** The query of users.list. */
export type UsersListQuery = {
  readonly name?: QueryValue;
  readonly domain_id?: QueryValue;
  readonly enabled?: QueryValue;
};

/** The answer of users.list. */
export type UsersListReply = {
  readonly users: readonly User[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The body of users.create. */
export type UsersCreateBody = {
  readonly user: {
    readonly name: string;
    readonly password?: string | null;
    readonly description?: string | null;
    readonly email?: string | null;
    readonly enabled?: boolean;
    readonly default_project_id?: string | null;
    readonly domain_id?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  };
};

/** The answer of users.create. */
export type UsersCreateReply = {
  readonly user: User;
};

/** The answer of users.show. */
export type UsersShowReply = {
  readonly user: User;
};

/** The body of users.update. */
export type UsersUpdateBody = {
  readonly user: {
    readonly name?: string;
    readonly password?: string | null;
    readonly description?: string | null;
    readonly email?: string | null;
    readonly enabled?: boolean;
    readonly default_project_id?: string | null;
    readonly domain_id?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  };
};

/** The answer of users.update. */
export type UsersUpdateReply = {
  readonly user: User;
};

/** The answer of users.projects. */
export type UsersProjectsReply = {
  readonly projects: readonly Project[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The body of users.change-password. */
export type UsersChangePasswordBody = {
  readonly user: {
    readonly password: string;
    readonly original_password: string;
  };
};

/** The query of projects.list. */
export type ProjectsListQuery = {
  readonly name?: QueryValue;
  readonly domain_id?: QueryValue;
  readonly enabled?: QueryValue;
  readonly is_domain?: QueryValue;
};

/** The answer of projects.list. */
export type ProjectsListReply = {
  readonly projects: readonly Project[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The body of projects.create. */
export type ProjectsCreateBody = {
  readonly project: {
    readonly name: string;
    readonly description?: string | null;
    readonly enabled?: boolean;
    readonly domain_id?: string;
    readonly parent_id?: "default" | null;
    readonly is_domain?: false;
    readonly tags?: readonly unknown[];
    readonly options?: Readonly<Record<string, unknown>>;
  };
};

/** The answer of projects.create. */
export type ProjectsCreateReply = {
  readonly project: Project;
};

/** The answer of projects.show. */
export type ProjectsShowReply = {
  readonly project: Project;
};

/** The body of projects.update. */
export type ProjectsUpdateBody = {
  readonly project: {
    readonly name?: string;
    readonly description?: string | null;
    readonly enabled?: boolean;
    readonly domain_id?: string;
    readonly parent_id?: "default" | null;
    readonly is_domain?: false;
    readonly tags?: readonly unknown[];
    readonly options?: Readonly<Record<string, unknown>>;
  };
};

/** The answer of projects.update. */
export type ProjectsUpdateReply = {
  readonly project: Project;
};

/** The query of roles.list. */
export type RolesListQuery = {
  readonly name?: QueryValue;
  readonly domain_id?: QueryValue;
};

/** The answer of roles.list. */
export type RolesListReply = {
  readonly roles: readonly Role[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of roles.show. */
export type RolesShowReply = {
  readonly role: Role;
};

/** The answer of roles.inferences. */
export type RolesInferencesReply = {
  readonly role_inferences: readonly ({
    readonly prior_role: {
      readonly id: string;
      readonly name: string;
      readonly description: string | null;
      readonly links: {
        readonly self: string;
      };
    };
    readonly implies: readonly ({
      readonly id: string;
      readonly name: string;
      readonly description: string | null;
      readonly links: {
        readonly self: string;
      };
    })[];
  })[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of project-grants.list. */
export type ProjectGrantsListReply = {
  readonly roles: readonly Role[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The answer of system-grants.list. */
export type SystemGrantsListReply = {
  readonly roles: readonly Role[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The query of role-assignments.list. */
export type RoleAssignmentsListQuery = {
  readonly 'user.id'?: QueryValue;
  readonly 'role.id'?: QueryValue;
  readonly 'group.id'?: QueryValue;
  readonly 'scope.project.id'?: QueryValue;
  readonly 'scope.domain.id'?: QueryValue;
  readonly 'scope.system'?: QueryValue;
  readonly 'scope.OS-INHERIT:inherited_to'?: QueryValue;
  readonly effective?: QueryValue;
  readonly include_names?: QueryValue;
};

/** The answer of role-assignments.list. */
export type RoleAssignmentsListReply = {
  readonly role_assignments: readonly RoleAssignment[];
  readonly links: {
    readonly next: string | null;
    readonly self: string;
    readonly previous: string | null;
  };
};

/** The query of images.list. */
export type ImagesListQuery = {
  readonly name?: QueryValue;
  readonly id?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
};

/** The answer of images.list. */
export type ImagesListReply = {
  readonly images: readonly Image[];
  readonly first: string;
  readonly schema: string;
};

/** The answer of images.show. */
export type ImagesShowReply = Image;

/** The query of dumps.list. */
export type DumpsListQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
};

/** The answer of dumps.list. */
export type DumpsListReply = {
  readonly dumps: readonly Dump[];
  readonly links?: readonly Link[];
};

/** The body of dumps.create. */
export type DumpsCreateBody = {
  readonly dump?: {
    /** False: no NMI is ever sent, the hypervisor writes the memory. */
    readonly nmi?: boolean;
    /** When the hypervisor writes the memory. fallback: when the guest itself gave no dump. */
    readonly memory?: "never" | "fallback" | "always";
    /** What becomes of a guest that panicked without a crash kernel. */
    readonly after_panic?: "keep" | "reboot" | "stop";
    /** True: what can be seen of the guest is kept before the NMI goes out, within one second. */
    readonly evidence?: boolean;
    /** Why a dump that runs is to be ended for this one. For admins. */
    readonly force?: string;
  };
};

/** The answer of dumps.create. */
export type DumpsCreateReply = {
  readonly dump: Dump & {
    readonly evidence: readonly DumpEvidence[];
    readonly artefacts: readonly Artefact[];
    readonly panic?: Panic | null;
    /** What was seen of the guest before the NMI, where that was asked for: of what it did between two looks. */
    readonly vitals?: Vitals | null;
  };
};

/** The answer of dumps.show. */
export type DumpsShowReply = {
  readonly dump: Dump & {
    readonly evidence: readonly DumpEvidence[];
    readonly artefacts: readonly Artefact[];
    readonly panic?: Panic | null;
    /** What was seen of the guest before the NMI, where that was asked for: of what it did between two looks. */
    readonly vitals?: Vitals | null;
  };
};

/** The answer of artefacts.dmesg. */
export type ArtefactsDmesgReply = {
  readonly dmesg: {
    readonly text: string;
    readonly bytes: number;
    readonly truncated: boolean;
    readonly panic: Panic | null;
  };
};

/** The query of readiness.show. */
export type ReadinessShowQuery = {
  readonly refresh?: QueryValue;
};

/** The answer of readiness.show. */
export type ReadinessShowReply = {
  readonly readiness: Readiness;
};

/** The query of remnant-servers.list. */
export type RemnantServersListQuery = {
  readonly user_id?: QueryValue;
  readonly project_id?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly image?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly hostname?: QueryValue;
  readonly key_name?: QueryValue;
  readonly power_state?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly task_state?: QueryValue;
  readonly host?: QueryValue;
  readonly node?: QueryValue;
  readonly flavor?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly name?: QueryValue;
  readonly display_name?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly uuid?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly progress?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly status?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly created_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly locked?: QueryValue;
  readonly host_status?: QueryValue;
};

/** The answer of remnant-servers.list. */
export type RemnantServersListReply = {
  readonly servers: readonly ServerDetail[];
  readonly servers_links?: readonly Link[];
};

/** The query of hosts.list. */
export type HostsListQuery = {
  readonly status?: QueryValue;
};

/** The answer of hosts.list. */
export type HostsListReply = {
  readonly hosts: readonly ListedHost[];
};

/** The answer of hosts.show. */
export type HostsShowReply = {
  readonly host: Host;
};

/** The query of hosts.transitions. */
export type HostsTransitionsQuery = {
  readonly since?: QueryValue;
  readonly before?: QueryValue;
  readonly order?: QueryValue;
  readonly limit?: QueryValue;
};

/** The answer of hosts.transitions. */
export type HostsTransitionsReply = {
  readonly transitions: readonly HostTransition[];
};

/** The query of audit.list. */
export type AuditListQuery = {
  readonly limit?: QueryValue;
  readonly marker?: QueryValue;
  readonly request_id?: QueryValue;
  readonly target?: QueryValue;
};

/** The answer of audit.list. */
export type AuditListReply = {
  readonly audit: readonly AuditEntry[];
  readonly links?: readonly Link[];
};
