import type { Range } from '../../protocol.ts';
import type { NodeMemo } from './nodeMemo.ts';
import { childSchema, expand, type JsonSchema, meant } from './schema.ts';
import type { MapEntry, ScalarNode, YamlNode } from './tree.ts';

/** Visits every scalar of a tree with its schema, alternatives chosen; what the schema does not know is passed over. */
export function visitScalars(root: JsonSchema, tree: YamlNode, visit: (schema: JsonSchema, node: ScalarNode) => void): void {
  const enter = (schema: JsonSchema, node: YamlNode): void => {
    if (node.kind === 'scalar') {
      // The words of the whole count too: `x-values` stands beside the alternatives.
      visit({ ...meant(root, schema, node), ...expand(root, schema) }, node);
      return;
    }
    const own = meant(root, schema, node);
    if (!own) return;
    if (node.kind === 'list') {
      for (const item of node.items) if (own.items) enter(own.items, item);
      return;
    }
    for (const entry of node.entries) {
      const child = childSchema(own, entry.key);
      if (child) enter(child, entry.value);
    }
  };
  enter(root, tree);
}

/** A scalar that is a name of a kind (`x-values`). */
export interface NamedScalar {
  readonly names: string;
  readonly node: ScalarNode;
}

/** Every scalar that is a name of some kind. `remember` keeps those of the entries of lists. */
export function namedScalars(root: JsonSchema, tree: YamlNode, remember: NodeMemo<readonly NamedScalar[]>): readonly NamedScalar[] {
  const inside = (schema: JsonSchema, node: YamlNode): NamedScalar[] => {
    const whole = expand(root, schema);
    const own = meant(root, schema, node);
    if (node.kind === 'scalar') {
      const names = whole['x-values'] ?? own?.['x-values'];
      return names ? [{ names, node }] : [];
    }
    if (!own) return [];
    if (node.kind === 'map') {
      return node.entries.flatMap((entry) => {
        const child = childSchema(own, entry.key);
        return child ? inside(child, entry.value) : [];
      });
    }
    const { items } = own;
    return items
      ? node.items.flatMap((item) => (item.kind === 'map' ? remember(item, items, () => inside(items, item)) : inside(items, item)))
      : [];
  };
  return inside(root, tree);
}

/** A word that is a name of a kind: a value (`x-values`) or a key (`x-keys`). */
export interface NamedPlace {
  readonly kind: string;
  readonly text: string;
  readonly range: Range;
  readonly on: 'key' | 'value';
}

/** Every place of a tree where a name of some kind stands. */
export function namedPlaces(root: JsonSchema, tree: YamlNode): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  const enterMap = (own: JsonSchema, keys: string | undefined, entries: readonly MapEntry[]): void => {
    for (const entry of entries) {
      if (keys) places.push({ kind: keys, text: entry.key, range: entry.keyRange, on: 'key' });
      const child = childSchema(own, entry.key);
      if (child) enter(child, entry.value);
    }
  };
  const enter = (schema: JsonSchema, node: YamlNode): void => {
    const whole = expand(root, schema);
    const own = meant(root, schema, node) ?? {};
    if (node.kind === 'scalar') {
      places.push(...namedScalar(node, whole['x-values'] ?? own['x-values']));
    } else if (node.kind === 'list') {
      for (const item of node.items) if (own.items) enter(own.items, item);
    } else {
      enterMap(own, whole['x-keys'] ?? own['x-keys'], node.entries);
    }
  };
  enter(root, tree);
  return places;
}

function namedScalar(node: ScalarNode, kind: string | undefined): readonly NamedPlace[] {
  if (!kind || node.value === null) return [];
  return [{ kind, text: typeof node.value === 'string' ? node.value : node.source, range: node.range, on: 'value' }];
}
