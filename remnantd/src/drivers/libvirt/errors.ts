// The ways a call can go wrong that are not a bug: libvirt said no, the connection went, no answer came in time, or what came
// behind the answer is of no use.
// Invariant: `asked` is `no` only if not one byte of the call was given to the socket.

import { errorCodec } from './procedures.ts';
import { decode } from './xdr.ts';

/** libvirt's answer was an error. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  /** virErrorNumber, e.g. 42 for a domain that is not there. */
  readonly code: number;
  /** virErrorDomain: the part of libvirt it came from, e.g. 10 for the QEMU driver. */
  readonly domain: number;

  /** `message` is libvirt's own text. */
  constructor(code: number, domain: number, message: string) {
    super(message);
    this.code = code;
    this.domain = domain;
  }
}

/** The error in a packet of status `VIR_NET_ERROR`. Throws XdrError when it cannot be read. */
export function libvirtError(payload: Buffer): LibvirtError {
  const { code, domain, message } = decode(errorCodec, payload);
  return new LibvirtError(code, domain, message ?? `libvirt error ${code}`);
}

/** A call will never be answered: the connection is gone, or it took too long. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  /** `no`: the call never left; `maybe`: it left, and may have been carried out. */
  readonly asked: 'no' | 'maybe';

  constructor(asked: 'no' | 'maybe', reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.asked = asked;
  }
}

/** The bytes behind an answer are too many, or not all of them came; the connection is as good as before. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

/** What came over the socket is not libvirt's protocol; the connection is of no more use. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
