import { addEntry, entryWithMap, setValue, withoutEntry } from '../rules/manifestEdits.ts';
import { standsIn } from '../rules/perEnvironment.ts';
import type { TextEdit } from '../text/edits.ts';
import { applyEdits } from '../text/lineIndex.ts';
import { parseYaml, type YamlFile } from '../yaml/parse.ts';
import { entryOf, type MapEntry, type MapNode, plain, type YamlNode } from '../yaml/tree.ts';
import { flowText } from './import/write.ts';

type Path = readonly string[];

/** Copies the entry at a path to another place, in block style with its comments where it has some; undefined where that cannot be. */
export function copyEntry(file: YamlFile, from: Path, to: Path): TextEdit | undefined {
  const found = entryWithMap(file.root, ...from);
  return found && edited(file, placed(file, found.map, found.entry, to));
}

/**
 * Moves the entry at a path to another place: maps are laid over the map that is there, everything else takes its place. What is left
 * empty behind it goes too, up to `keep` steps of the path.
 */
export function moveEntry(file: YamlFile, from: Path, to: Path, keep: number): TextEdit | undefined {
  const moved = laidOver(file, from, to);
  return moved && edited(file, moved && removed(moved, from, keep));
}

function laidOver(file: YamlFile, from: Path, to: Path): YamlFile | undefined {
  const source = entryWithMap(file.root, ...from);
  if (!source || !standsIn(source.map, source.entry.value)) return undefined;
  const target = entryWithMap(file.root, ...to);
  const { value } = source.entry;
  if (target && value.kind === 'map' && target.entry.value.kind === 'map') {
    const keys = value.entries.map(({ key }) => key);
    return keys.reduce<YamlFile | undefined>((current, key) => current && laidOver(current, [...from, key], [...to, key]), file);
  }
  return placed(file, source.map, source.entry, to);
}

/** The file with the entry at its new place. */
function placed(file: YamlFile, map: MapNode, entry: MapEntry, to: Path): YamlFile | undefined {
  const lines = blockLines(file, map, entry);
  const target = entryWithMap(file.root, ...to);
  if (lines.length > 1 && !target) {
    const inserted = insertBlock(file, to, lines);
    if (inserted) return inserted;
  }
  if (target && lines.length > 1 && !target.map.flow) {
    const { keyRange } = target.entry;
    const behind = valueBehind(file, target.entry, () => '');
    const text = indented(lines, keyRange.start.character).trimStart();
    return withEdit(file, { range: { start: keyRange.start, end: behind.range.end }, text });
  }
  return withEdit(file, setValue(file, to, oneLine(file, entry.value)));
}

/** The value on one line. */
function oneLine({ text, index }: YamlFile, value: YamlNode): string {
  const written = text.slice(index.offsetAt(value.range.start), index.offsetAt(value.range.end)).trim();
  return written !== '' && !/[\r\n]|^[*&|>]/.test(written) ? written : flowText(plain(value));
}

/** The lines of an entry of a block map, from its key on, with the comments inside and behind it; one line for an entry of a flow map. */
function blockLines({ text, index }: YamlFile, map: MapNode, { keyRange, value }: MapEntry): readonly string[] {
  const start = index.offsetAt(keyRange.start);
  const end = Math.max(text.slice(0, index.offsetAt(value.range.end)).trimEnd().length, index.offsetAt(keyRange.end));
  if (map.flow || end < start) return [''];
  const newline = text.indexOf('\n', end);
  const whole = text.slice(start, newline < 0 ? text.length : newline).replaceAll('\r', '');
  const [first = '', ...rest] = whole.split('\n');
  const column = keyRange.start.character;
  return [first, ...rest.map((line) => line.replace(new RegExp(`^ {0,${column}}`), ''))];
}

function insertBlock(file: YamlFile, to: Path, lines: readonly string[]): YamlFile | undefined {
  if (file.root?.kind !== 'map') return undefined;
  let map: MapNode = file.root;
  for (const [i, key] of to.entries()) {
    const entry = entryOf(map, key);
    const column = map.entries[0]?.keyRange.start.character ?? 0;
    const below = nestedLines(to.slice(i), lines);
    // Behind the last entry, as an entry of the map would be.
    if (!entry) return map.flow ? undefined : withEdit(file, blockEntry(file, map, below, column));
    if (!standsIn(map, entry.value)) return undefined;
    if (entry.value.kind === 'map' && entry.value.entries.length > 0) map = entry.value;
    else if (map.flow || !isNothing(entry.value)) return undefined;
    else {
      const text = `\n${indented(nestedLines(to.slice(i + 1), lines), column + 2)}`;
      return withEdit(
        file,
        valueBehind(file, entry, (comment) => (comment === '' ? text : ` ${comment}${text}`)),
      );
    }
  }
  return undefined;
}

/** Puts a text behind a key, in the place of its value and of the comment behind that. */
function valueBehind(file: YamlFile, { keyRange, value }: MapEntry, textFor: (comment: string) => string): TextEdit {
  const { text, index } = file;
  const at = text.indexOf(':', index.offsetAt(keyRange.end)) + 1;
  const end = Math.max(at, text.slice(0, index.offsetAt(value.range.end)).trimEnd().length);
  const comment = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(end));
  return { range: index.range(at, end + (comment?.[0].length ?? 0)), text: textFor((comment?.[1] ?? '').trimEnd()) };
}

function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' ? node.value === null : node.kind === 'map';
}

function blockEntry(file: YamlFile, map: MapNode, lines: readonly string[], column: number): TextEdit | undefined {
  const probe = addEntry(file, map, 'x', 'x');
  return probe && { range: probe.range, text: `\n${indented(lines, column)}` };
}

/** The entry below the maps that lead to it; its own key is the last of the path. */
function nestedLines(path: Path, lines: readonly string[]): readonly string[] {
  const above = path.slice(0, -1);
  return [
    ...above.map((key, i) => `${'  '.repeat(i)}${key}:`),
    ...lines.map((line) => (line === '' ? '' : '  '.repeat(above.length) + line)),
  ];
}

function indented(lines: readonly string[], column: number): string {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line)).join('\n');
}

/** The file without the entry, and without what that leaves empty. */
function removed(file: YamlFile, path: Path, keep: number): YamlFile | undefined {
  const found = entryWithMap(file.root, ...path);
  if (!found) return undefined;
  if (found.map.entries.length === 1 && path.length - 1 > keep) return removed(file, path.slice(0, -1), keep);
  if (found.map.flow || found.map.entries.length > 1) return withEdit(file, withoutEntry(file, found.map, found.entry));
  const above = entryWithMap(file.root, ...path.slice(0, -1));
  return (
    above &&
    withEdit(
      file,
      valueBehind(file, above.entry, () => ' {}'),
    )
  );
}

function withEdit(file: YamlFile, edit: TextEdit | undefined): YamlFile | undefined {
  return edit && parseYaml(applyEdits(file.text, [edit]));
}

/** One edit from the first changed sign to the last; undefined when nothing would change or the result could not be read. */
function edited(before: YamlFile, after: YamlFile | undefined): TextEdit | undefined {
  if (!after || after.text === before.text || after.problems.some((problem) => problem.fatal)) return undefined;
  const [one, other] = [before.text, after.text];
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return { range: before.index.range(start, one.length - end), text: other.slice(start, other.length - end) };
}
