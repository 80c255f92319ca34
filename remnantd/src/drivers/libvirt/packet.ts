// Packets of libvirt's RPC: a length that counts itself, a header of six words, a payload. `PacketReader` cuts a byte stream
// into packets; it takes no length outside the protocol's bounds and joins the pieces of a packet only when all are there.

import { PACKET } from './constants.ts';
import { ProtocolError } from './errors.ts';

/** One packet. `type` and `status` are numbers of `PACKET`. */
export interface Packet {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
  readonly payload: Buffer;
}

const headEnd = PACKET.VIR_NET_MESSAGE_LEN_MAX + PACKET.VIR_NET_MESSAGE_HEADER_MAX;
const longest = PACKET.VIR_NET_MESSAGE_LEN_MAX + PACKET.VIR_NET_MESSAGE_MAX;

/** A packet as bytes. Throws ProtocolError when it is longer than libvirt takes. */
export function encodePacket(packet: Packet): Buffer {
  const length = headEnd + packet.payload.length;
  if (length > longest)
    throw new ProtocolError(`a packet of ${length} bytes is more than the ${longest} that libvirt takes`);
  const bytes = Buffer.alloc(length);
  const words = [length, packet.program, packet.version, packet.procedure, packet.type, packet.serial, packet.status];
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, index * 4);
  bytes.set(packet.payload, headEnd);
  return bytes;
}

function decodePacket(bytes: Buffer): Packet {
  const word = (index: number): number => bytes.readUInt32BE(index * 4);
  return {
    program: word(1),
    version: word(2),
    procedure: word(3),
    type: word(4),
    serial: word(5),
    status: word(6),
    payload: bytes.subarray(headEnd),
  };
}

/** Puts packets together from the pieces a socket gives. */
export class PacketReader {
  #pieces: Buffer[] = [];
  #held = 0;
  /** The length of the packet under way, once its first word is there. */
  #wanted: number | null = null;

  /** Takes the next piece and gives the packets it completed. Throws ProtocolError; the reader is then of no more use. */
  push(piece: Buffer): Packet[] {
    this.#pieces.push(piece);
    this.#held += piece.length;
    const packets: Packet[] = [];
    for (;;) {
      this.#wanted ??= this.#nextLength();
      if (this.#wanted === null || this.#held < this.#wanted) return packets;
      packets.push(decodePacket(this.#take(this.#wanted)));
      this.#wanted = null;
    }
  }

  #nextLength(): number | null {
    if (this.#held < PACKET.VIR_NET_MESSAGE_LEN_MAX) return null;
    const length = this.#joined().readUInt32BE(0);
    if (length < headEnd || length > longest) throw new ProtocolError(`a packet cannot be ${length} bytes long`);
    return length;
  }

  #joined(): Buffer {
    const [only] = this.#pieces;
    const joined = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces, this.#held);
    this.#pieces = [joined];
    return joined;
  }

  #take(size: number): Buffer {
    const joined = this.#joined();
    this.#held -= size;
    this.#pieces = this.#held > 0 ? [joined.subarray(size)] : [];
    return joined.subarray(0, size);
  }
}
