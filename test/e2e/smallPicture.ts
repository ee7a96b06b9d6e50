/** Screenshots with at most 256 colours: a third of the bytes, and nothing that the eye would miss in a window of text. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One number a pixel, `0xRRGGBB`. */
  readonly colors: Uint32Array;
}

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** @param png of a browser: eight bits a channel, not interlaced */
export function smallPicture(png: Buffer): Buffer {
  const picture = decode(png);
  const palette = paletteOf(picture.colors);
  const nearest = nearestIn(palette);
  const rows = Buffer.alloc(picture.height * (picture.width + 1));
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      rows[y * (picture.width + 1) + 1 + x] = nearest(picture.colors[y * picture.width + x] ?? 0);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('PLTE', table), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function decode(png: Buffer): Pixels {
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3];
  const parts: Buffer[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  const colors = new Uint32Array(width * height);
  for (let pixel = 0; pixel < colors.length; pixel++) colors[pixel] = bytes.readUIntBE(pixel * channels, 3);
  return { width, height, colors };
}

/** Takes back the filter of each row (PNG, third edition, 9.2). */
function unfiltered(raw: Buffer, stride: number, height: number, channels: number): Buffer {
  const result = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (result[at - channels] ?? 0);
      const above = y === 0 ? 0 : (result[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (result[at - stride - channels] ?? 0);
      result[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return result;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/** The commonest colours that differ enough from one another to be told apart. */
function paletteOf(colors: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const common = [...counts].sort((one, other) => other[1] - one[1]).map(([color]) => color);
  const chosen: number[] = [];
  for (const color of common) {
    if (chosen.length === 256) break;
    if (chosen.every((other) => distance(color, other) > 200)) chosen.push(color);
  }
  return chosen;
}

function nearestIn(palette: readonly number[]): (color: number) => number {
  const known = new Map<number, number>();
  return (color) => {
    const before = known.get(color);
    if (before !== undefined) return before;
    const far = palette.map((candidate) => distance(color, candidate));
    const index = far.indexOf(Math.min(...far));
    known.set(color, index);
    return index;
  };
}

function distance(one: number, other: number): number {
  const [red, green, blue] = [(one >> 16) - (other >> 16), ((one >> 8) & 255) - ((other >> 8) & 255), (one & 255) - (other & 255)];
  return red * red * 2 + green * green * 4 + blue * blue * 3;
}
