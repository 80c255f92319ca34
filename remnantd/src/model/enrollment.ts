// An enrollment: a key with which somebody may speak on the bus. A host has one that is in force, at most.

/** Whose it is: an API process, which may say and hear everything, or the agent of a host, which speaks for that host alone. */
export type EnrollmentKind = 'api' | 'host';

/** One. */
export interface Enrollment {
  readonly kind: EnrollmentKind;
  /** The host's name; a name of the operator's own choice for an API process. */
  readonly name: string;
  /** The public half of its nkey. */
  readonly publicKey: string;
  /** Wall clock, ms. */
  readonly enrolledAt: number;
  /** Null while it is in force. */
  readonly revokedAt: number | null;
}
