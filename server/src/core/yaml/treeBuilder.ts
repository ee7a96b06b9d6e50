import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Range } from '../../protocol.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { YamlProblem } from './syntax.ts';
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from './tree.ts';

const deepest = 200;
const mostAliased = 100_000;

/** Makes our tree of the library's nodes: aliases and merge keys resolved, duplicate keys reported. */
export interface TreeBuilder {
  readonly problems: readonly YamlProblem[];
  /** True when the nodes that were converted refer to others by `*name`. */
  hasAliases(): boolean;
  convert(node: Node, depth: number): YamlNode;
}

/** Duplicate keys are found here with a set, because the library's own check is quadratic. */
export function treeBuilder(index: Pick<LineIndex, 'range'>): TreeBuilder {
  const problems: YamlProblem[] = [];
  const anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  let count = 0;
  let aliased = 0;
  let aliases = 0;

  const rangeOf = (node: Node): Range => index.range(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
  const empty = (range: Range): ScalarNode => ({ kind: 'scalar', value: null, source: '', quoted: false, range });

  const aliasTarget = (name: string, range: Range): YamlNode => {
    aliases++;
    const target = anchors.get(name);
    if (!target) {
      problems.push({ range, message: `There is no \`&${name}\` above this line.` });
      return empty(range);
    }
    aliased += target.size;
    if (aliased > mostAliased) {
      if (aliased - target.size <= mostAliased)
        problems.push({
          range,
          message: 'The aliases of this file unfold to too much: they are left out from here on. Write the values out.',
        });
      return empty(range);
    }
    return target.node;
  };

  const convert = (node: Node, depth: number): YamlNode => {
    const range = rangeOf(node);
    if (isAlias(node)) return aliasTarget(node.source, range);
    if (depth > deepest) {
      problems.push({ range, message: `This is nested more than ${deepest} levels deep.` });
      return empty(range);
    }
    const before = count + aliased;
    count++;
    const built = build(node, range, depth);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor) anchors.set(anchor, { node: built, size: count + aliased - before });
    return built;
  };

  const build = (node: Node, range: Range, depth: number): YamlNode => {
    if (isMap(node)) return mapNode(node.items, node.flow === true, range, depth);
    if (isSeq(node)) {
      const items = node.items.flatMap((item) => seqItem(item, range, depth));
      return { kind: 'list', items, flow: node.flow === true, range } satisfies ListNode;
    }
    return isScalar(node) ? scalarNode(node.value, node.source, node.type, range) : empty(range);
  };

  const seqItem = (item: unknown, range: Range, depth: number): YamlNode[] => {
    if (isPair(item)) return [mapNode([item as Pair], true, range, depth + 1)];
    return isNode(item) ? [convert(item, depth + 1)] : [];
  };

  const mapNode = (pairs: readonly Pair[], flow: boolean, range: Range, depth: number): MapNode => {
    const entries: MapEntry[] = [];
    const merged: MapEntry[] = [];
    const seen = new Set<string>();
    for (const pair of pairs) {
      if (!isNode(pair.key)) continue;
      const keyRange = rangeOf(pair.key);
      const key = keyText(pair.key);
      const value = isNode(pair.value) ? convert(pair.value, depth + 1) : empty({ start: keyRange.end, end: keyRange.end });
      if (key === '<<') {
        merged.push(...mergedEntries(value));
        continue;
      }
      if (seen.has(key)) problems.push({ range: keyRange, message: `\`${key}\` is here twice. Only the last would count: remove one.` });
      seen.add(key);
      entries.push({ key, keyRange, value });
    }
    const inherited = merged.filter((entry) => !seen.has(entry.key));
    return { kind: 'map', entries: [...inherited, ...entries], flow, range };
  };

  return { problems, convert, hasAliases: () => aliases > 0 };
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function keyText(key: Node): string {
  if (!isScalar(key)) return String(key);
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function mergedEntries(value: YamlNode): readonly MapEntry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'scalar') return [];
  // Earlier maps of the list win: they are put last, as the last of equal keys counts.
  return [...value.items].reverse().flatMap((item) => (item.kind === 'map' ? item.entries : []));
}

function scalarNode(value: unknown, source: string | undefined, type: string | undefined, range: Range): ScalarNode {
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  const quoted = type !== undefined && type !== 'PLAIN';
  return { kind: 'scalar', value: typeof value === 'bigint' ? Number(value) : known, source: source ?? String(known ?? ''), quoted, range };
}
