import type { Range } from '../../protocol.ts';
import type { YamlNode } from './tree.ts';

/** A range some lines further down. */
export function shiftedRange({ start, end }: Range, by: number): Range {
  return { start: { line: start.line + by, character: start.character }, end: { line: end.line + by, character: end.character } };
}

/** A tree some lines further down. */
export function shiftedNode(node: YamlNode, by: number): YamlNode {
  const range = shiftedRange(node.range, by);
  if (node.kind === 'scalar') return { ...node, range };
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => shiftedNode(item, by)), range };
  const entries = node.entries.map(({ key, keyRange, value }) => ({
    key,
    keyRange: shiftedRange(keyRange, by),
    value: shiftedNode(value, by),
  }));
  return { ...node, entries, range };
}
