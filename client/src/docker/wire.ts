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

/** What stands before the bytes of such a field: who has the bytes at their place already need not copy them. */
export function bytesHead(number: number, length: number): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(length)]);
}

/** A varint field; above 2^53 give a bigint. */
export function numberField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** A `map<string, string>` field: one message of key and value for each entry. */
export function mapField(number: number, entries: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(entries).map(([key, value]) => bytesField(number, Buffer.concat([bytesField(1, key), bytesField(2, value)]))),
  );
}

/** The entry of a `map<string, string>` field. */
export function mapEntry(message: Buffer): readonly [string, string] {
  let key = '';
  let value = '';
  for (const field of fields(message)) {
    if (field.number === 1) key = field.bytes.toString('utf8');
    if (field.number === 2) value = field.bytes.toString('utf8');
  }
  return [key, value];
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** Seconds since 1970 of a `google.protobuf.Timestamp`. */
export function timestamp(message: Buffer): number {
  let seconds = 0;
  for (const field of fields(message)) seconds += field.number === 1 ? field.value : field.value / 1e9;
  return seconds;
}
