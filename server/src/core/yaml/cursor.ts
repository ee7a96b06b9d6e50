import type { Position, Range } from '../../protocol.ts';
import { contains } from '../text/edits.ts';
import type { YamlNode, YamlPath } from './tree.ts';

/** The key or the value under a position. `path` leads to the value. */
export interface YamlCursor {
  readonly path: YamlPath;
  readonly on: 'key' | 'value';
  readonly range: Range;
  readonly node: YamlNode;
}

/** Finds the innermost key or scalar that a position touches. */
export function cursorAt(node: YamlNode | undefined, position: Position, path: YamlPath = []): YamlCursor | undefined {
  if (!node) return undefined;
  if (node.kind === 'scalar') return contains(node.range, position) ? { path, on: 'value', range: node.range, node } : undefined;
  if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) {
      const found = cursorAt(item, position, [...path, i]);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    const inside = [...path, entry.key];
    if (contains(entry.keyRange, position)) return { path: inside, on: 'key', range: entry.keyRange, node: entry.value };
    const found = cursorAt(entry.value, position, inside);
    if (found) return found;
  }
  return undefined;
}

/** Where a placeholder that stands for the word under the cursor ended up. */
export interface Slot {
  /** Path of the map or list item that holds it (key), or of the value that it is. */
  readonly path: YamlPath;
  readonly as: 'key' | 'value';
  /** For a key: the map it is in. */
  readonly map?: YamlNode;
}

/** Finds the placeholder in a tree. */
export function findSlot(node: YamlNode | undefined, placeholder: string, path: YamlPath = []): Slot | undefined {
  if (!node) return undefined;
  if (node.kind === 'scalar') return node.value === placeholder ? { path, as: 'value' } : undefined;
  if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) {
      const found = findSlot(item, placeholder, [...path, i]);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    if (entry.key === placeholder) return { path, as: 'key', map: node };
    const found = findSlot(entry.value, placeholder, [...path, entry.key]);
    if (found) return found;
  }
  return undefined;
}
