import { stringify } from 'yaml';

/** The sections of a manifest as plain data. Sections that are undefined or empty are left out. */
export interface Sections {
  metadata?: Record<string, unknown>;
  dependsOn?: readonly string[];
  standards?: string;
  build?: Record<string, unknown>;
  image?: Record<string, unknown>;
  ports?: readonly Record<string, unknown>[];
  env?: Record<string, unknown>;
  envFrom?: readonly Record<string, unknown>[];
  config?: readonly Record<string, unknown>[];
  resources?: Record<string, unknown>;
  health?: Record<string, unknown>;
  lifecycle?: Record<string, unknown>;
  network?: Record<string, unknown>;
  expose?: Record<string, unknown>;
  scale?: Record<string, unknown>;
  rollout?: Record<string, unknown>;
}

/** The order of the schema, which is the order in which people read. */
const order: readonly (keyof Sections)[] = [
  ...(['metadata', 'dependsOn', 'standards', 'build', 'image', 'ports', 'env', 'envFrom', 'config'] as const),
  ...(['resources', 'health', 'lifecycle', 'network', 'expose', 'scale', 'rollout'] as const),
];

/** Sections that are written one field a line, however short. */
const tall: readonly string[] = ['metadata', 'build', 'image', 'ports', 'env', 'envFrom', 'config', 'resources', 'health'];
/** Sections in front of which no empty line stands. */
const close: readonly string[] = ['metadata', 'dependsOn', 'standards'];
/** Sections that stand close together where each is one line. */
const small: readonly string[] = ['lifecycle', 'network', 'expose', 'scale', 'rollout'];
const longestLine = 110;

/** Writes a manifest the way people write them: a section a paragraph, short maps on one line. */
export function writeManifest(sections: Sections): string {
  const lines = ['apiVersion: waybill.dev/v1', 'kind: Service'];
  let before = 0;
  for (const key of order) {
    const value = sections[key];
    if (isEmpty(value)) continue;
    const section = entryLines(key, value, '', !tall.includes(key));
    const short = section.length === 1 && before === 1 && small.includes(key);
    if (!close.includes(key) && !short) lines.push('');
    lines.push(...section);
    before = section.length;
  }
  return `${lines.join('\n')}\n`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function entryLines(key: string, value: unknown, indent: string, inOneLine = true): readonly string[] {
  const head = `${indent}${scalarText(key)}:`;
  if (typeof value === 'string' && value.includes('\n')) return blockText(head, value, indent);
  const flow = `${head} ${flowText(value)}`;
  if (typeof value !== 'object' || value === null || (inOneLine && flow.length <= longestLine && !hasLines(value))) return [flow];
  return [head, ...belowLines(value, `${indent}  `)];
}

function belowLines(value: object, indent: string): readonly string[] {
  if (!Array.isArray(value)) return Object.entries(value).flatMap(([key, inner]) => entryLines(key, inner, indent));
  return value.flatMap((item: unknown) => {
    const flow = `${indent}- ${flowText(item)}`;
    if (typeof item !== 'object' || item === null || flow.length <= longestLine) return [flow];
    const [first = '', ...rest] = belowLines(item, `${indent}  `);
    return [`${indent}- ${first.trimStart()}`, ...rest];
  });
}

/** The lines of `key: value`; `inOneLine` allows a map or a list to stand on the key's. */
export function entryText(key: string, value: unknown, inOneLine: boolean): readonly string[] {
  return entryLines(key, value, '', inOneLine);
}

/** Text of several lines as it is, behind `|`. */
function blockText(head: string, value: string, indent: string): readonly string[] {
  const [first = '', ...rest] = stringify(value, { lineWidth: 0, defaultStringType: 'BLOCK_LITERAL' }).trimEnd().split('\n');
  return [`${head} ${first}`, ...rest.map((line) => (line === '' ? '' : `${indent}  ${line}`))];
}

function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLines);
}

/** A value on one line: `{ a: 1, b: [x, y] }`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalarText(value, true);
  const entries = Object.entries(value).map(([key, inner]) => `${scalarText(key, true)}: ${flowText(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A scalar on one line; in a map or list of one line its commas and brackets are quoted. */
function scalarText(value: unknown, flow = false): string {
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value);
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  return flow && typeof value === 'string' && !/^["']/.test(text) && /[,[\]{}]/.test(text) ? JSON.stringify(value) : text;
}
