/** The part of protobuf's wire format that BuildKit's messages need (protobuf.dev/programming-guides/encoding). */

export interface Field {
  readonly number: number;
  /** Varints below 2^53. */
  readonly value: number;
  /** Bytes of a string, bytes or message field; empty for numbers. */
  readonly bytes: Buffer;
}

/** Fields of a message in the order in which they stand; throws on a message that is cut off. */
export function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at];
      if (byte === undefined) throw new Error('a protobuf message is cut off');
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new Error('a protobuf message is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  const none = Buffer.alloc(0);
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag & 7) {
      case 0:
        yield { number, value: varint(), bytes: none };
        break;
      case 1:
        take(8);
        break;
      case 2:
        yield { number, value: 0, bytes: take(varint()) };
        break;
      case 5:
        take(4);
        break;
      default:
        throw new Error('a protobuf message has an unknown wire type');
    }
  }
}

/** A length-delimited field: a string, bytes or a message. */
export function bytesField(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Seconds since 1970 of a `google.protobuf.Timestamp`. */
export function timestamp(message: Buffer): number {
  let seconds = 0;
  for (const field of fields(message)) seconds += field.number === 1 ? field.value : field.value / 1e9;
  return seconds;
}
