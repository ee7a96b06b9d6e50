/** Headers of archives (POSIX.1-2017, pax: ustar with extended headers for what does not fit into it). */

export interface TarEntry {
  readonly kind: 'file' | 'folder' | 'link';
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  /** Of a link. */
  readonly target?: string;
  /** Seconds since 1970. */
  readonly seconds: number;
}

export const tarBlock = 512;
const types = { file: '0', folder: '5', link: '2', extended: 'x' } as const;
/** The most that eleven octal digits say. */
const largest = 8 ** 11 - 1;

/** What stands before the content of an entry: one block, or three and more where its names are long or beyond ASCII. Owner 0:0. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const more = [
    ...(fits(path) ? [] : [record('path', path)]),
    ...(entry.target === undefined || fits(entry.target) ? [] : [record('linkpath', entry.target)]),
    ...(entry.size > largest ? [record('size', String(entry.size))] : []),
  ];
  const own = block({ ...entry, path, size: Math.min(entry.size, largest) }, types[entry.kind]);
  if (more.length === 0) return own;
  const body = Buffer.concat(more);
  const before = block({ path: 'PaxHeader', mode: 0o644, size: body.length, seconds: entry.seconds }, types.extended);
  return Buffer.concat([before, body, Buffer.alloc(padding(body.length)), own]);
}

/** So many zeros follow content of this size. */
export function padding(size: number): number {
  return (tarBlock - (size % tarBlock)) % tarBlock;
}

function fits(name: string): boolean {
  return name.length <= 100 && /^[\x01-\x7f]*$/.test(name);
}

/** `length key=value\n`, where the length counts its own digits. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function block(entry: Omit<TarEntry, 'kind'>, type: string): Buffer {
  const bytes = Buffer.alloc(tarBlock);
  const octal = (value: number, at: number, digits: number) => bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  // Readers take the whole name from the extended header; here stands what fits.
  bytes.write(entry.path, 0, 100, 'latin1');
  octal(entry.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(entry.size, 124, 11);
  octal(entry.seconds, 136, 11);
  bytes.write(type, 156, 'latin1');
  if (entry.target !== undefined) bytes.write(entry.target, 157, 100, 'latin1');
  bytes.write('ustar\0', 257, 'latin1');
  bytes.write('00', 263, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  bytes.fill(' ', 148, 156);
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  bytes[154] = 0;
  return bytes;
}
