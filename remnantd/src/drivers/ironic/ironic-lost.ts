// A request to Ironic that came to no answer. What matters of it is whether Ironic may have had the request all the same.

/**
 * Why there is no answer. `credentials`: none could be had. `unreachable`: no connection. `timeout`, `broken-off`: it took too
 * long, or ended in its middle. `too-large`: the answer is larger than any may be. `closed`: this side was shut down.
 */
export type LostKind = 'credentials' | 'unreachable' | 'timeout' | 'broken-off' | 'too-large' | 'closed';

/** How a request came to no answer. The message is for people, and names the Ironic. */
export class IronicLost extends Error {
  override readonly name = 'IronicLost';
  readonly kind: LostKind;
  /** `no`: not one byte of it was written. `maybe`: it was, or some of it. */
  readonly asked: 'no' | 'maybe';

  constructor(kind: LostKind, asked: 'no' | 'maybe', message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.asked = asked;
  }
}
