// An answer that is a stream of bytes. Its length was promised in its head, so it is all of that or a connection that ends: a
// client never takes a part for the whole. Invariant: source and answer end together, whichever goes first.

import type { Readable } from 'node:stream';
import { pipeline, Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** What became of an answer that is a stream, up to now. */
export interface Sending {
  /** Bytes that went out. */
  readonly bytes: number;
  /** Why its source ended too early, or gave too much; null when it did not. */
  readonly broke: Error | null;
}

/** Sends `source`, which is to give as many bytes as the reply's content-length says. The result goes on changing. */
export function sendStream(reply: FastifyReply, source: Readable): Sending {
  const length = Number(reply.getHeader('content-length'));
  const sending = { bytes: 0, broke: null as Error | null };
  const measured = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      if (sending.bytes + chunk.length > length) return done(new Error(`more than the ${length} bytes promised`));
      sending.bytes += chunk.length;
      return done(null, chunk);
    },
    flush: (done) => done(sending.bytes === length ? null : new Error(`${sending.bytes} of ${length} bytes came`)),
  });
  // A client that went away ends it without an error of its own.
  measured.once('error', (error) => {
    sending.broke = error;
  });
  pipeline(source, measured, () => {});
  void reply.send(measured);
  return sending;
}
