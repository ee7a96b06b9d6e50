/**
 * Deployment records as text for a label: JSON, Brotli-compressed (records of a service repeat each other), base64.
 * Never holds a secret value: the effective configuration only refers to secrets.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { DeploymentRecord } from '../ports.ts';

/** Records of all services of a project on a host, newest first. */
export interface RecordBook {
  readonly version: 1;
  /** Grows with every change; the highest of all hosts wins. */
  readonly revision: number;
  /** By `<environment>/<product>/<service>`. */
  readonly services: Readonly<Record<string, readonly DeploymentRecord[]>>;
}

export const emptyBook: RecordBook = { version: 1, revision: 0, services: {} };

/** Bytes of encoded text beyond which the oldest records are dropped. */
const limit = 700 * 1024;

export function bookKey(environment: string, product: string, service: string): string {
  return `${environment}/${product}/${service}`;
}

export function encodeBook(book: RecordBook): string {
  const json = Buffer.from(JSON.stringify(book));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 6,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
  };
  return brotliCompressSync(json, { params }).toString('base64');
}

/** Undefined when the text is no record book. */
export function decodeBook(text: string): RecordBook | undefined {
  try {
    const value: unknown = JSON.parse(brotliDecompressSync(Buffer.from(text, 'base64')).toString('utf8'));
    return isBook(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isBook(value: unknown): value is RecordBook {
  if (typeof value !== 'object' || value === null) return false;
  const book = value as Partial<RecordBook>;
  return book.version === 1 && typeof book.revision === 'number' && typeof book.services === 'object' && book.services !== null;
}

/** Puts a record in: one of the same sequence is replaced, the oldest beyond `keep` are dropped. */
export function withRecord(book: RecordBook, key: string, record: DeploymentRecord, keep: number): RecordBook {
  const others = (book.services[key] ?? []).filter((other) => other.sequence !== record.sequence);
  const records = [record, ...others].sort((left, right) => right.sequence - left.sequence).slice(0, Math.max(1, keep));
  return { version: 1, revision: book.revision + 1, services: { ...book.services, [key]: records } };
}

/** Encodes below the size limit, dropping the oldest records of the services that have most. */
export function encodeWithinLimit(book: RecordBook): string {
  let current = book;
  for (;;) {
    const text = encodeBook(current);
    const longest = Object.entries(current.services).sort(([, left], [, right]) => right.length - left.length)[0];
    if (text.length <= limit || !longest || longest[1].length <= 1) return text;
    current = { ...current, services: { ...current.services, [longest[0]]: longest[1].slice(0, -1) } };
  }
}
