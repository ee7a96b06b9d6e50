import type { Range } from '../../protocol.ts';
import { expand, type JsonSchema, meant } from '../yaml/schema.ts';
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/tree.ts';

/** Range of a value that no line holds: it is the schema's default. */
export const defaultRange: Range = Object.freeze({ start: { line: -1, character: 0 }, end: { line: -1, character: 0 } });

/** Sections that every service has, written or not. */
const always = ['lifecycle', 'network', 'expose', 'scale', 'rollout'];

/** The manifest with the schema's defaults filled in, marked by `defaultRange`. */
export function withDefaults(root: JsonSchema, node: YamlNode): YamlNode {
  if (node.kind !== 'map') return node;
  const present = new Set(node.entries.map((entry) => entry.key));
  const missing = always.filter((key) => !present.has(key)).map((key) => entry(key, emptyMap()));
  return fill(root, root, { ...node, entries: [...node.entries, ...missing] });
}

function fill(root: JsonSchema, schema: JsonSchema, node: YamlNode): YamlNode {
  const own = meant(root, schema, node);
  if (!own) return node;
  if (node.kind === 'list') return own.items ? { ...node, items: node.items.map((item) => fill(root, own.items ?? {}, item)) } : node;
  if (node.kind !== 'map') return node;
  const present = new Set(node.entries.map((item) => item.key));
  const written = node.entries.map((item) => {
    const child = own.properties?.[item.key];
    return child ? { ...item, value: fill(root, child, item.value) } : item;
  });
  const added = Object.entries(own.properties ?? {}).flatMap(([key, child]) => {
    const value = present.has(key) ? undefined : scalar(expand(root, child).default);
    return value ? [entry(key, value)] : [];
  });
  return { ...node, entries: [...written, ...added] };
}

function entry(key: string, value: YamlNode): MapEntry {
  return { key, keyRange: defaultRange, value };
}

function emptyMap(): YamlNode {
  return { kind: 'map', entries: [], flow: false, range: defaultRange };
}

function scalar(value: unknown): ScalarNode | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return { kind: 'scalar', value, source: String(value), quoted: typeof value === 'string', range: defaultRange };
}
