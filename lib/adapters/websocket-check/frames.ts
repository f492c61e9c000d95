import { randomBytes } from "node:crypto";

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const mostKept = 64 * 1024;

export type Frame = { opcode: number; payload: Buffer };

/** A frame as a client sends it: whole, and masked as RFC 6455 asks. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const length = payload.length;
  const header =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff]);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([header, mask, masked]);
}

/**
 * Reads what a server sends, however the stream cuts it. Of each message the first 64 KiB are kept, the rest is
 * skipped. Throws RangeError for what is no frame of a server.
 */
export class FrameReader {
  #buffer = Buffer.alloc(0);
  /** Of a data frame that is being skipped or is not whole yet. */
  #open: { opcode: number; left: number; isLast: boolean; kept: Buffer[]; size: number } | null = null;
  #message: { opcode: number; kept: Buffer[]; size: number } | null = null;

  read(chunk: Buffer): Frame[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#open === null && !this.#readHeader()) return frames;
      const frame = this.#readPayload();
      if (frame === "more") return frames;
      if (frame !== null) frames.push(frame);
    }
  }

  #readHeader(): boolean {
    const { length } = this.#buffer;
    if (length < 2) return false;
    const [first = 0, second = 0] = this.#buffer;
    if ((first & 0x70) !== 0 || (second & 0x80) !== 0) throw new RangeError("no frame of a server");
    const short = second & 0x7f;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (length < size) return false;
    const left =
      short < 126
        ? short
        : short === 126
          ? this.#buffer.readUInt16BE(2)
          : Number(this.#buffer.readBigUInt64BE(2));
    this.#buffer = this.#buffer.subarray(size);
    this.#open = { opcode: first & 0x0f, left, isLast: (first & 0x80) !== 0, kept: [], size: 0 };
    return true;
  }

  /** "more": it is not whole yet. Null: a part of a message that goes on. */
  #readPayload(): Frame | "more" | null {
    const open = this.#open;
    if (open === null) return "more";
    const part = this.#buffer.subarray(0, open.left);
    this.#buffer = this.#buffer.subarray(part.length);
    open.left -= part.length;
    keep(open, part);
    if (open.left > 0) return "more";
    this.#open = null;
    if (open.opcode >= opcodes.close) return { opcode: open.opcode, payload: Buffer.concat(open.kept) };
    const message = (this.#message ??= { opcode: open.opcode, kept: [], size: 0 });
    for (const kept of open.kept) keep(message, kept);
    if (!open.isLast) return null;
    this.#message = null;
    return { opcode: message.opcode, payload: Buffer.concat(message.kept) };
  }
}

function keep(into: { kept: Buffer[]; size: number }, part: Buffer): void {
  const room = mostKept - into.size;
  if (room <= 0 || part.length === 0) return;
  into.kept.push(part.subarray(0, room));
  into.size += Math.min(room, part.length);
}
