// libvirt's own numbers, under libvirt's own names, so that a test can look each of them up in the headers.
// Only those that are used are here.

/** Programs and versions (remote_protocol.x, virkeepaliveprotocol.x). */
export const PROGRAM = {
  REMOTE_PROGRAM: 0x20008086,
  REMOTE_PROTOCOL_VERSION: 1,
  KEEPALIVE_PROGRAM: 0x6b656570,
  KEEPALIVE_PROTOCOL_VERSION: 1,
  KEEPALIVE_PROC_PING: 1,
  KEEPALIVE_PROC_PONG: 2,
} as const;

/** Packets (virnetprotocol.x). */
export const PACKET = {
  VIR_NET_CALL: 0,
  VIR_NET_REPLY: 1,
  VIR_NET_MESSAGE: 2,
  VIR_NET_STREAM: 3,
  VIR_NET_STREAM_HOLE: 6,
  VIR_NET_OK: 0,
  VIR_NET_ERROR: 1,
  VIR_NET_MESSAGE_MAX: 33_554_432,
  VIR_NET_MESSAGE_LEN_MAX: 4,
  VIR_NET_MESSAGE_HEADER_MAX: 24,
} as const;

/** Errors (virterror.h). */
export const ERROR = {
  VIR_ERR_NO_SUPPORT: 3,
  VIR_ERR_NO_DOMAIN: 42,
  VIR_ERR_OPERATION_INVALID: 55,
  VIR_ERR_NO_DOMAIN_METADATA: 80,
} as const;

/** Domain states (libvirt-domain.h, virDomainState). */
export const STATE = {
  VIR_DOMAIN_NOSTATE: 0,
  VIR_DOMAIN_RUNNING: 1,
  VIR_DOMAIN_BLOCKED: 2,
  VIR_DOMAIN_PAUSED: 3,
  VIR_DOMAIN_SHUTDOWN: 4,
  VIR_DOMAIN_SHUTOFF: 5,
  VIR_DOMAIN_CRASHED: 6,
  VIR_DOMAIN_PMSUSPENDED: 7,
  /** A reason, not a state: why one is crashed. */
  VIR_DOMAIN_CRASHED_PANICKED: 1,
} as const;

/** Flags and choices of calls (libvirt-domain.h; the feature is libvirt's own, libvirt_internal.h). */
export const FLAG = {
  VIR_DRV_FEATURE_PROGRAM_KEEPALIVE: 10,
  VIR_CONNECT_LIST_DOMAINS_ACTIVE: 1,
  VIR_CONNECT_LIST_DOMAINS_OTHER: 128,
  VIR_DOMAIN_METADATA_ELEMENT: 2,
  VIR_DOMAIN_UNDEFINE_MANAGED_SAVE: 1,
  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA: 2,
  VIR_DOMAIN_UNDEFINE_NVRAM: 4,
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA: 16,
  VIR_DOMAIN_EVENT_ID_LIFECYCLE: 0,
  VIR_DOMAIN_EVENT_ID_REBOOT: 1,
} as const;

/** Lifecycle events (libvirt-domain.h, virDomainEventType). */
export const LIFECYCLE = {
  VIR_DOMAIN_EVENT_DEFINED: 0,
  VIR_DOMAIN_EVENT_UNDEFINED: 1,
  VIR_DOMAIN_EVENT_STARTED: 2,
  VIR_DOMAIN_EVENT_SUSPENDED: 3,
  VIR_DOMAIN_EVENT_RESUMED: 4,
  VIR_DOMAIN_EVENT_STOPPED: 5,
  VIR_DOMAIN_EVENT_SHUTDOWN: 6,
  VIR_DOMAIN_EVENT_PMSUSPENDED: 7,
  VIR_DOMAIN_EVENT_CRASHED: 8,
  VIR_DOMAIN_EVENT_CRASHED_PANICKED: 0,
  VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED: 1,
} as const;

/** Ways to sign in (remote_protocol.x, remote_auth_type). */
export const AUTH = { REMOTE_AUTH_NONE: 0 } as const;
