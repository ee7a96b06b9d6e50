import { sha256 } from '../text/sha256.ts';

/**
 * Canonical JSON of plain data by RFC 8785: members sorted by the UTF-16 code units of their names, numbers and strings as
 * ECMAScript writes them, no white space.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical JSON, in lower-case hexadecimal digits. */
export function canonicalHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
