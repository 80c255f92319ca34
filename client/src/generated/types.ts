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

/** A CreatedServer of the API. */
export type CreatedServer = {
  readonly id: string;
  readonly links: readonly Link[];
  readonly 'OS-DCF:diskConfig': string;
  readonly security_groups: readonly {
    readonly name: string;
  }[];
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

/** A IdentityFault of the API. */
export type IdentityFault = {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly title: string;
  };
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
  /** The server's project */
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

/** A RemnantFault of the API. */
export type RemnantFault = {
  readonly error: {
    readonly code: number;
    readonly title: string;
    readonly message: string;
    readonly request_id: string;
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
    readonly flavorRef: string | number;
    readonly imageRef?: string;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly 'OS-DCF:diskConfig'?: "AUTO" | "MANUAL";
    readonly availability_zone?: string;
    readonly config_drive?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no" | string;
    readonly key_name?: string | null;
    readonly min_count?: number | string;
    readonly max_count?: number | string;
    readonly return_reservation_id?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
    readonly security_groups?: readonly {
      readonly name: string;
    }[];
    readonly user_data?: string;
    readonly block_device_mapping_v2?: readonly ({
      readonly uuid?: string;
      readonly source_type?: "volume" | "image" | "snapshot" | "blank";
      readonly destination_type?: "local" | "volume";
      readonly boot_index?: number | string | null;
      readonly delete_on_termination?: true | "True" | "TRUE" | "true" | "1" | "ON" | "On" | "on" | "YES" | "Yes" | "yes" | false | "False" | "FALSE" | "false" | "0" | "OFF" | "Off" | "off" | "NO" | "No" | "no";
    })[];
    readonly networks: readonly ({
      readonly uuid?: string;
      readonly port?: string | null;
      readonly fixed_ip?: string;
      readonly tag?: string;
    })[] | "none" | "auto";
    readonly description?: string | null;
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

/** The answer of flavors.list. */
export type FlavorsListReply = {
  readonly flavors: readonly FlavorBrief[];
};

/** The answer of flavors.detail. */
export type FlavorsDetailReply = {
  readonly flavors: readonly Flavor[];
};

/** The answer of flavors.show. */
export type FlavorsShowReply = {
  readonly flavor: Flavor;
};

/** The answer of flavors.extra-specs. */
export type FlavorsExtraSpecsReply = {
  readonly extra_specs: Readonly<Record<string, string>>;
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
