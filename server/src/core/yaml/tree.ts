/**
 * YAML as features see it: a tree of maps, lists and scalars, every key and value with its range.
 * Aliases and merge keys are already resolved, duplicate keys already reported; the last of duplicates wins.
 */
import type { Range } from '../../protocol.ts';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The text as written, without quotes; what a name like `9.0` or `012` was before YAML read it as a number. */
  readonly source: string;
  readonly quoted: boolean;
  readonly range: Range;
}

export interface MapEntry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: YamlNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly flow: boolean;
  readonly range: Range;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
  readonly range: Range;
}

export type YamlNode = ScalarNode | MapNode | ListNode;

/** Keys and indexes from the root to a value. */
export type YamlPath = readonly (string | number)[];

/** The entry of a map, or undefined when the node is no map or has no such key. */
export function entryOf(node: YamlNode | undefined, key: string): MapEntry | undefined {
  if (node?.kind !== 'map') return undefined;
  for (let i = node.entries.length - 1; i >= 0; i--) if (node.entries[i]?.key === key) return node.entries[i];
  return undefined;
}

/** The value at a path, or undefined. */
export function valueAt(node: YamlNode | undefined, ...path: (string | number)[]): YamlNode | undefined {
  let current = node;
  for (const step of path) {
    if (typeof step === 'number') current = current?.kind === 'list' ? current.items[step] : undefined;
    else current = entryOf(current, step)?.value;
  }
  return current;
}

/** A scalar as text (numbers as they were written), or undefined for null, maps and lists. */
export function textAt(node: YamlNode | undefined, ...path: (string | number)[]): string | undefined {
  const found = valueAt(node, ...path);
  if (found?.kind !== 'scalar' || found.value === null) return undefined;
  return typeof found.value === 'string' ? found.value : found.source;
}

/** A number, or undefined. */
export function numberAt(node: YamlNode | undefined, ...path: (string | number)[]): number | undefined {
  const found = valueAt(node, ...path);
  return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined;
}

/** A boolean, or undefined. */
export function booleanAt(node: YamlNode | undefined, ...path: (string | number)[]): boolean | undefined {
  const found = valueAt(node, ...path);
  return found?.kind === 'scalar' && typeof found.value === 'boolean' ? found.value : undefined;
}

/** The items of a list; empty when it is none. */
export function itemsAt(node: YamlNode | undefined, ...path: (string | number)[]): readonly YamlNode[] {
  const found = valueAt(node, ...path);
  return found?.kind === 'list' ? found.items : [];
}

/** The entries of a map; empty when it is none. */
export function entriesAt(node: YamlNode | undefined, ...path: (string | number)[]): readonly MapEntry[] {
  const found = valueAt(node, ...path);
  return found?.kind === 'map' ? found.entries : [];
}

/** The scalars of a list as texts. */
export function textsAt(node: YamlNode | undefined, ...path: (string | number)[]): readonly string[] {
  return itemsAt(node, ...path).flatMap((item) => textAt(item) ?? []);
}

/** The scalars of a map as texts. */
export function textMapAt(node: YamlNode | undefined, ...path: (string | number)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesAt(node, ...path).flatMap((entry) => {
      const text = textAt(entry.value);
      return text === undefined ? [] : [[entry.key, text] as const];
    }),
  );
}

/** Plain data: what `JSON.stringify` takes. */
export function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plain(entry.value)]));
}

/** Every scalar below a node with its path. */
export function* scalars(node: YamlNode, path: YamlPath = []): Generator<{ readonly node: ScalarNode; readonly path: YamlPath }> {
  if (node.kind === 'scalar') yield { node, path };
  else if (node.kind === 'list') for (const [i, item] of node.items.entries()) yield* scalars(item, [...path, i]);
  else for (const entry of node.entries) yield* scalars(entry.value, [...path, entry.key]);
}
