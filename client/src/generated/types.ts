// Generated from openapi/remnant.json by tools/generate.ts; do not edit. What goes in and out.

/** A query parameter: one value, or several. */
export type QueryValue = string | number | boolean | readonly (string | number | boolean)[];

/** The microversions the daemon of this client speaks; types are those of `max`. */
export const MICROVERSIONS = { min: '2.1', max: '2.93' } as const;

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
  readonly phase: "requested" | "sent" | "unconfirmed" | "ended";
  readonly verdict: "captured" | "panicked_without_dump" | "ignored" | "hung" | "not_sent" | "unknown" | null;
  readonly reason: string | null;
  readonly nmi: "exactly-asked" | "at-least-once" | "latched" | null;
  /** UTC */
  readonly requested_at: string;
  /** UTC */
  readonly sent_at: string | null;
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
  readonly forced_down: boolean;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  /** UTC */
  readonly last_beat_at: string | null;
  readonly driver: string | null;
  readonly connection: {
    readonly up: boolean;
    readonly reason: string;
  } | null;
  readonly servers: number;
};

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

/** A Link of the API. */
export type Link = {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
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
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly created_at?: QueryValue;
  readonly deleted?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly display_name?: QueryValue;
  readonly flavor?: QueryValue;
  readonly host?: QueryValue;
  readonly hostname?: QueryValue;
  readonly image?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly key_name?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly marker?: QueryValue;
  readonly name?: QueryValue;
  readonly node?: QueryValue;
  readonly power_state?: QueryValue;
  readonly progress?: QueryValue;
  readonly project_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly status?: QueryValue;
  readonly task_state?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly user_id?: QueryValue;
  readonly uuid?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
  readonly locked?: QueryValue;
  readonly sort_key?: QueryValue;
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
      readonly uuid?: string;
      readonly port?: string | null;
      readonly fixed_ip?: string;
      readonly tag?: string;
    })[] | "none" | "auto";
    readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly availability_zone?: string;
    readonly block_device_mapping_v2?: readonly ({
      readonly uuid?: string;
      readonly source_type?: "volume" | "image" | "snapshot" | "blank";
      readonly destination_type?: "local" | "volume";
      readonly boot_index?: number | string | null;
      readonly delete_on_termination?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
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
    readonly tags?: readonly string[];
    readonly hostname?: string;
  };
  readonly 'os:scheduler_hints'?: Readonly<Record<string, unknown>>;
  readonly 'OS-SCH-HNT:scheduler_hints'?: Readonly<Record<string, unknown>>;
};

/** The answer of servers.create. */
export type ServersCreateReply = {
  readonly server?: CreatedServer;
  readonly reservation_id?: string;
};

/** The query of servers.detail. */
export type ServersDetailQuery = {
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly 'changes-since'?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly created_at?: QueryValue;
  readonly deleted?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly display_name?: QueryValue;
  readonly flavor?: QueryValue;
  readonly host?: QueryValue;
  readonly hostname?: QueryValue;
  readonly image?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly key_name?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly marker?: QueryValue;
  readonly name?: QueryValue;
  readonly node?: QueryValue;
  readonly power_state?: QueryValue;
  readonly progress?: QueryValue;
  readonly project_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly status?: QueryValue;
  readonly task_state?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly user_id?: QueryValue;
  readonly uuid?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly 'changes-before'?: QueryValue;
  readonly locked?: QueryValue;
  readonly sort_key?: QueryValue;
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
  readonly tags: readonly string[];
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

/** The answer of flavors.extra-specs. */
export type FlavorsExtraSpecsReply = {
  readonly extra_specs: Readonly<Record<string, string>>;
};

/** The answer of flavors.extra-spec. */
export type FlavorsExtraSpecReply = Readonly<Record<string, string>>;

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

/** The answer of dumps.list. */
export type DumpsListReply = {
  readonly dumps: readonly Dump[];
};

/** The answer of dumps.show. */
export type DumpsShowReply = {
  readonly dump: Dump & {
    readonly evidence: readonly DumpEvidence[];
  };
};

/** The query of remnant-servers.list. */
export type RemnantServersListQuery = {
  readonly access_ip_v4?: QueryValue;
  readonly access_ip_v6?: QueryValue;
  readonly all_tenants?: QueryValue;
  readonly auto_disk_config?: QueryValue;
  readonly availability_zone?: QueryValue;
  readonly config_drive?: QueryValue;
  readonly created_at?: QueryValue;
  readonly description?: QueryValue;
  readonly display_description?: QueryValue;
  readonly display_name?: QueryValue;
  readonly flavor?: QueryValue;
  readonly host?: QueryValue;
  readonly hostname?: QueryValue;
  readonly image?: QueryValue;
  readonly image_ref?: QueryValue;
  readonly ip?: QueryValue;
  readonly ip6?: QueryValue;
  readonly kernel_id?: QueryValue;
  readonly key_name?: QueryValue;
  readonly launch_index?: QueryValue;
  readonly launched_at?: QueryValue;
  readonly limit?: QueryValue;
  readonly locked_by?: QueryValue;
  readonly marker?: QueryValue;
  readonly name?: QueryValue;
  readonly node?: QueryValue;
  readonly power_state?: QueryValue;
  readonly progress?: QueryValue;
  readonly project_id?: QueryValue;
  readonly ramdisk_id?: QueryValue;
  readonly reservation_id?: QueryValue;
  readonly root_device_name?: QueryValue;
  readonly soft_deleted?: QueryValue;
  readonly sort_dir?: QueryValue;
  readonly status?: QueryValue;
  readonly task_state?: QueryValue;
  readonly tenant_id?: QueryValue;
  readonly terminated_at?: QueryValue;
  readonly user_id?: QueryValue;
  readonly uuid?: QueryValue;
  readonly vm_state?: QueryValue;
  readonly tags?: QueryValue;
  readonly 'tags-any'?: QueryValue;
  readonly 'not-tags'?: QueryValue;
  readonly 'not-tags-any'?: QueryValue;
  readonly locked?: QueryValue;
  readonly sort_key?: QueryValue;
  readonly host_status?: QueryValue;
};

/** The answer of remnant-servers.list. */
export type RemnantServersListReply = {
  readonly servers: readonly ServerDetail[];
  readonly servers_links?: readonly Link[];
};

/** The answer of hosts.list. */
export type HostsListReply = {
  readonly hosts: readonly Host[];
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
