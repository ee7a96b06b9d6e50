import type { TextEdit } from '../text/edits.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { entryOf, type ListNode, type MapEntry, type MapNode, valueAt, type YamlNode } from '../yaml/tree.ts';
import { standsIn } from './perEnvironment.ts';
import type { Fix } from './rule.ts';

/** Takes an item of a list in block style away, with its lines; undefined for other styles, where the commas would be a guess. */
export function withoutItem({ text, index }: YamlFile, item: YamlNode): TextEdit | undefined {
  const start = index.offsetAt(item.range.start);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^[ \t]*-[ \t]+$/.test(text.slice(lineStart, start))) return undefined;
  const last = text.slice(0, index.offsetAt(item.range.end)).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return { range: index.range(lineStart, newline < 0 ? text.length : newline + 1), text: '' };
}

/** A fix of one edit; nothing when there is no edit. */
export function fixOf(title: string, edit: TextEdit | undefined, preview = false): Fix[] {
  return edit ? [{ title, edits: [edit], ...(preview ? { preview } : {}) }] : [];
}

/** A fix that puts a text in the place of a value. */
export function replaced(node: YamlNode, text: string, preview = false): Fix[] {
  return fixOf(`Change to \`${text}\``, { range: node.range, text }, preview);
}

/** Sets the value at a path of keys, making the maps on the way; undefined where a list, a scalar or an alias is in the way. */
export function setValue(file: YamlFile, path: readonly string[], value: string): TextEdit | undefined {
  const { root } = file;
  if (root?.kind !== 'map') return undefined;
  let map: MapNode = root;
  for (const [i, key] of path.entries()) {
    const entry = entryOf(map, key);
    const rest = path.slice(i + 1);
    if (!entry) return addEntry(file, map, key, nested(rest, value));
    if (!standsIn(map, entry.value)) return undefined;
    if (rest.length === 0 || isEmpty(entry.value)) return replaceValue(file, entry, nested(rest, value));
    if (entry.value.kind !== 'map') return undefined;
    map = entry.value;
  }
  return undefined;
}

/** Adds `key: value` behind the last entry of a map, in its style and with its indentation. */
export function addEntry(file: YamlFile, map: MapNode, key: string, value: string): TextEdit | undefined {
  const last = map.entries.findLast((entry) => standsIn(map, entry.value));
  if (map.flow) {
    const at = file.index.offsetAt(last ? last.value.range.end : map.range.end);
    if (!last) return { range: map.range, text: `{ ${key}: ${value} }` };
    return insertAt(file, at, `, ${key}: ${value}`);
  }
  if (!last) return undefined;
  return insertAt(file, endOf(file, last.value, last.keyRange), `\n${' '.repeat(last.keyRange.start.character)}${key}: ${value}`);
}

/** Adds an item behind the last one of a list, in its style. */
export function addItem(file: YamlFile, list: ListNode, value: string): TextEdit | undefined {
  const last = list.items.at(-1);
  if (!last || !standsIn(list, last)) return list.flow && !last ? { range: list.range, text: `[${value}]` } : undefined;
  if (list.flow) return insertAt(file, file.index.offsetAt(last.range.end), `, ${value}`);
  const start = file.index.offsetAt(last.range.start);
  const head = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
  return /^[ \t]*-[ \t]+$/.test(head) ? insertAt(file, endOf(file, last, last.range), `\n${head}${value}`) : undefined;
}

/** Takes an entry of a map away: its lines in block style, its comma in flow style. The only entry leaves `{}`. */
export function withoutEntry(file: YamlFile, map: MapNode, entry: MapEntry): TextEdit | undefined {
  const { text, index } = file;
  if (!standsIn(map, entry.value) && !isEmpty(entry.value)) return undefined;
  if (map.entries.length === 1) return { range: map.range, text: '{}' };
  const start = index.offsetAt(entry.keyRange.start);
  const end = endOf(file, entry.value, entry.keyRange);
  if (!map.flow) {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    if (text.slice(lineStart, start).trim() !== '') return undefined;
    const newline = text.indexOf('\n', end);
    return { range: index.range(lineStart, newline < 0 ? text.length : newline + 1), text: '' };
  }
  const after = /^\s*,[ \t]*/.exec(text.slice(end));
  if (after) return { range: index.range(start, end + after[0].length), text: '' };
  const before = /\s*,\s*$/.exec(text.slice(0, start));
  return { range: index.range(start - (before?.[0].length ?? 0), end), text: '' };
}

/** The value at a path of keys with the map that holds it. */
export function entryWithMap(
  root: YamlNode | undefined,
  ...path: string[]
): { readonly map: MapNode; readonly entry: MapEntry } | undefined {
  const map = valueAt(root, ...path.slice(0, -1));
  const entry = entryOf(map, path.at(-1) ?? '');
  return map?.kind === 'map' && entry ? { map, entry } : undefined;
}

function nested(path: readonly string[], value: string): string {
  return path.reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' ? node.value === null : node.kind === 'map' && node.entries.length === 0;
}

function replaceValue({ index, text }: YamlFile, entry: MapEntry, value: string): TextEdit {
  const { start, end } = entry.value.range;
  if (index.offsetAt(start) < index.offsetAt(end)) return { range: entry.value.range, text: value };
  const colon = text.indexOf(':', index.offsetAt(entry.keyRange.end));
  return { range: index.range(colon + 1, colon + 1), text: ` ${value}` };
}

function insertAt({ index }: YamlFile, offset: number, text: string): TextEdit {
  return { range: index.range(offset, offset), text };
}

/** Behind the last sign of a value: block scalars and maps end with their newline; a comment behind it stays behind it. */
function endOf({ text, index }: YamlFile, node: YamlNode, key: { readonly end: { line: number; character: number } }): number {
  const keyEnd = index.offsetAt(key.end);
  const end = text.slice(0, Math.max(index.offsetAt(node.range.end), keyEnd)).trimEnd().length;
  const newline = text.indexOf('\n', end);
  const rest = text.slice(end, newline < 0 ? text.length : newline);
  return /^:?[ \t]*(?:#.*)?$/.test(rest) ? end + rest.trimEnd().length : end;
}
