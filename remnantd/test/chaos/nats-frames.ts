// Cuts a stream of the NATS protocol into its frames: a line, and behind PUB, HPUB, MSG and HMSG as many bytes as the line's last
// number says. Whatever way the bytes arrive, the frames put together are the stream.

const CRLF = Buffer.from('\r\n');
const CARRIES = /^H?(PUB|MSG) /i;

/** The frames of one direction of a connection. */
export class NatsFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes in what arrived, and gives back every frame that is whole now. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    for (let end = frameEnd(this.#rest); end !== null; end = frameEnd(this.#rest)) {
      frames.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

/** True for a frame that carries a message; the others are the connection's own affair. */
export function carriesMessage(frame: Buffer): boolean {
  return CARRIES.test(frame.subarray(0, 5).toString('latin1'));
}

function frameEnd(bytes: Buffer): number | null {
  const line = bytes.indexOf(CRLF);
  if (line < 0) return null;
  if (!carriesMessage(bytes)) return line + CRLF.length;
  const size = Number(bytes.subarray(0, line).toString('latin1').trimEnd().split(/\s+/).at(-1));
  const end = line + CRLF.length + size + CRLF.length;
  return bytes.length >= end ? end : null;
}
