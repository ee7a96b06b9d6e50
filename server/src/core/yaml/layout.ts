import type { CST } from 'yaml';
import { type LineIndex, lineIndex } from '../text/lineIndex.ts';
import { bodyStart } from './source.ts';

/** Where the lines of a text belong, by its structure. Lines that are in none of the parts keep what they have. */
export interface YamlLayout {
  /** Line → column of its first word. */
  readonly columns: ReadonlyMap<number, number>;
  /** Lines that move with another, by as much as that one: `follow` is that line. */
  readonly followers: ReadonlyMap<number, number>;
  /** Lines of block scalars: how far their text moves. */
  readonly bodies: ReadonlyMap<number, Body>;
  /** Gaps between two words of one line: what stands there, and what should. */
  readonly gaps: readonly Gap[];
  /** The last thing is a block scalar whose end counts: no line break is added or taken. */
  readonly openEnd: boolean;
}

/** A line of a block scalar. */
export interface Body {
  /** Column of the text, before and after. */
  readonly old: number;
  readonly now: number;
}

/** A stretch between two words. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface LayoutStyle {
  readonly step: number;
  /** Lists stand below the first letter of their key. */
  readonly flushLists: boolean;
  readonly paddedMaps: boolean;
  readonly paddedLists: boolean;
}

/** Lays out the documents of a text in a style. */
export function layoutOf(text: string, tokens: readonly CST.Token[], style: LayoutStyle): YamlLayout {
  const columns = new Map<number, number>();
  const followers = new Map<number, number>();
  const bodies = new Map<number, Body>();
  const gaps: Gap[] = [];
  const index = lineIndex(text);
  const end: { open: boolean } = { open: false };
  const layer: Layer = { text, index, style, columns, followers, bodies, gaps, end };
  for (const token of tokens) if (token.type === 'document') visit(layer, token.value, { column: 0, old: -1, parent: -style.step });
  return { columns, followers, bodies, gaps, openEnd: end.open };
}

interface Layer {
  readonly text: string;
  readonly index: LineIndex;
  readonly style: LayoutStyle;
  readonly columns: Map<number, number>;
  readonly followers: Map<number, number>;
  readonly bodies: Map<number, Body>;
  readonly gaps: Gap[];
  readonly end: { open: boolean };
}

/** Where a value goes: its own column on a line of its own, and its parent's, before and after. */
interface Place {
  readonly column: number;
  readonly old: number;
  readonly parent: number;
}

function visit(layer: Layer, token: CST.Token | null | undefined, at: Place): void {
  switch (token?.type) {
    case 'block-map':
      for (const [i, item] of token.items.entries()) mapItem(layer, token, item, i, at);
      return;
    case 'block-seq':
      for (const { start, value } of token.items) {
        for (const one of start) placeWord(layer, one, at.column);
        gapsAfter(layer, start, 'seq-item-ind');
        visit(layer, value, { column: at.column + 2, old: token.indent, parent: at.column });
      }
      return;
    case 'block-scalar':
      blockScalar(layer, token, at);
      return;
    case 'flow-collection':
      place(layer, token.offset, at.column);
      flowCollection(layer, token);
      return;
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
      place(layer, token.offset, at.column);
      follow(layer, token.offset, token.source);
      return;
    default:
  }
}

function mapItem(layer: Layer, map: CST.BlockMap, item: CST.BlockMap['items'][number], i: number, at: Place): void {
  const { style } = layer;
  for (const one of item.start) placeWord(layer, one, at.column);
  gapsAfter(layer, item.start, 'explicit-key-ind');
  visit(layer, item.key, { column: item.explicitKey ? at.column + 2 : at.column, old: map.indent, parent: at.column });
  const step = item.explicitKey ? 2 : style.step;
  for (const one of item.sep ?? []) placeWord(layer, one, one.type === 'map-value-ind' ? at.column : at.column + step);
  if (item.sep) separator(layer, map, item.sep, i, item.key);
  const flush = item.value?.type === 'block-seq' && style.flushLists && !item.explicitKey;
  visit(layer, item.value, { column: at.column + (flush ? 0 : step), old: map.indent, parent: at.column });
}

function placeWord(layer: Layer, { type, offset }: CST.SourceToken, column: number): void {
  if (type !== 'space' && type !== 'newline' && type !== 'comment') place(layer, offset, column);
}

/** Gives a line its column when the word at `offset` is its first. */
function place({ text, index, columns }: Layer, offset: number, column: number): void {
  const { line, character } = index.positionAt(offset);
  if (text.slice(offset - character, offset).trim() === '' && !columns.has(line)) columns.set(line, column);
}

/** The further lines of a word move with its first. */
function follow({ index, followers }: Layer, offset: number, source: string): void {
  const first = index.positionAt(offset).line;
  const last = index.positionAt(offset + source.length).line;
  for (let line = first + 1; line <= last; line++) followers.set(line, first);
}

/** One blank behind an indicator that something follows on its line. */
function gapsAfter(layer: Layer, tokens: readonly CST.SourceToken[], indicator: CST.SourceToken['type']): void {
  for (const [i, { type }] of tokens.entries()) {
    const blank = tokens[i + 1];
    const next = tokens[i + 2]?.type;
    if (type === indicator && blank?.type === 'space' && next !== 'comment' && next !== 'newline') gap(layer, blank, ' ');
  }
}

function gap({ gaps }: Layer, { offset, source }: CST.SourceToken, text: string): void {
  if (source !== text) gaps.push({ start: offset, end: offset + source.length, text });
}

/** `key : value` and `key:   value` become `key: value`; values that stand below each other stay so. */
function separator(layer: Layer, map: CST.BlockMap, sep: readonly CST.SourceToken[], i: number, key: CST.Token | null | undefined): void {
  const colon = sep.findIndex(({ type }) => type === 'map-value-ind');
  const before = sep[0];
  if (colon === 1 && before?.type === 'space' && key && key.type !== 'alias') gap(layer, before, '');
  const blank = sep[colon + 1];
  const next = sep[colon + 2]?.type;
  if (blank?.type !== 'space' || next === 'comment' || next === 'newline') return;
  const end = blank.offset + blank.source.length;
  if (!/[\r\n]/.test(layer.text[end] ?? '\n') && !standsBelow(layer, map, i, end)) gap(layer, blank, ' ');
}

/** The value is one of a column that someone has aligned: neighbours begin at the same place behind keys of other lengths. */
function standsBelow({ index, text }: Layer, map: CST.BlockMap, i: number, offset: number): boolean {
  const own = index.positionAt(offset);
  const lengthAt = (at: number): number | undefined => {
    const { key, value, sep } = map.items[at] ?? {};
    if (!key || !value || !sep) return undefined;
    const place = index.positionAt(value.offset);
    const first = index.positionAt(key.offset);
    const isAligned = place.line === own.line + at - i && place.line === first.line && place.character === own.character;
    return isAligned ? text.slice(key.offset, value.offset).trimEnd().length : undefined;
  };
  const length = lengthAt(i);
  const differs = (step: number): boolean => {
    let at = i + step;
    while (lengthAt(at) === length && length !== undefined) at += step;
    return lengthAt(at) !== undefined;
  };
  return length !== undefined && (differs(-1) || differs(1));
}

function blockScalar(layer: Layer, token: CST.BlockScalar, at: Place): void {
  const { index, bodies, text } = layer;
  for (const prop of token.props) if (prop.type === 'block-scalar-header') place(layer, prop.offset, at.column);
  const header = token.props.find((prop) => prop.type === 'block-scalar-header');
  const said = header && 'source' in header ? header.source : '';
  const lines = token.source.split(/\r\n|\n/);
  const content = lines.findLastIndex((line) => line.trim() !== '');
  const kept = said.includes('+') ? lines.length - 1 : content + 1;
  const indicated = /[1-9]/.test(said);
  const old = indicated ? at.old : (/^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0);
  const first = index.positionAt(bodyStart(token)).line;
  const body = { old, now: indicated ? at.parent : at.column };
  for (let i = 0; i < kept; i++) bodies.set(first + i, body);
  const end = bodyStart(token) + token.source.length;
  if (text.slice(end).trim() === '' && (said.includes('+') || !/\n$/.test(token.source))) layer.end.open = true;
}

function flowCollection(layer: Layer, token: CST.FlowCollection): void {
  const { index, columns, style } = layer;
  const words = flowWords(token);
  const opener = index.positionAt(token.offset).line;
  const isMap = token.start.type === 'flow-map-start';
  const padded = isMap ? style.paddedMaps : style.paddedLists;
  words.forEach((word, i) => {
    const { line } = index.positionAt(word.offset);
    const closes = word.type === 'flow-map-end' || word.type === 'flow-seq-end';
    if (line !== opener && word.type !== 'space' && word.type !== 'newline') {
      const { column, dashes } = beginning(layer, opener);
      const base = (columns.get(opener) ?? column) + 2 * dashes;
      place(layer, word.offset, base + (closes ? 0 : style.step));
    }
    if (word.type === 'flow-collection') flowCollection(layer, word);
    else if ('source' in word && word.type !== 'space' && word.type !== 'newline') follow(layer, word.offset, word.source);
    const next = words[i + 1];
    if (next && word.type !== 'space') flowGap(layer, word, next.type === 'space' ? words[i + 2] : next, next, padded);
  });
}

/** What a line begins with: blanks, then the dashes of lists. */
function beginning({ text, index }: Layer, line: number): { readonly column: number; readonly dashes: number } {
  const start = index.offsetAt({ line, character: 0 });
  const [, blanks = '', dashes = ''] = /^( *)((?:- +)*)/.exec(text.slice(start, start + 1000)) ?? [];
  return { column: blanks.length, dashes: dashes.replaceAll(' ', '').length };
}

type FlowWord = CST.Token;

function flowWords(token: CST.FlowCollection): readonly FlowWord[] {
  const end = token.end.findIndex(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
  const words: (FlowWord | null | undefined)[] = [token.start];
  for (const { start, key, sep, value } of token.items) words.push(...start, ...withEnd(key), ...(sep ?? []), ...withEnd(value));
  words.push(...token.end.slice(0, end + 1));
  return words.filter((word) => word !== null && word !== undefined);
}

/** A word with the blanks behind it; those of an inner collection begin behind its bracket. */
function withEnd(token: CST.Token | null | undefined): readonly FlowWord[] {
  if (!token) return [];
  if (token.type === 'flow-collection') {
    const end = token.end.findIndex(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
    return [token, ...token.end.slice(end + 1)];
  }
  return 'end' in token && token.end ? [token, ...token.end] : [token];
}

/** What stands between two words of a flow collection: nothing within brackets and before commas, one blank elsewhere. */
function flowGap(layer: Layer, word: FlowWord, next: FlowWord | undefined, blank: FlowWord, padded: boolean): void {
  if (!next || [word, next].some(({ type }) => type === 'newline' || type === 'comment' || type === 'space')) return;
  const present = blank.type === 'space' && 'source' in blank ? blank.source : '';
  const start = blank.type === 'space' ? blank.offset : next.offset;
  const wanted = flowBlank(word, next, padded, present);
  if (wanted !== present) layer.gaps.push({ start, end: start + present.length, text: wanted });
}

function flowBlank(word: FlowWord, next: FlowWord, padded: boolean, present: string): string {
  const opens = word.type === 'flow-map-start' || word.type === 'flow-seq-start';
  const closes = next.type === 'flow-map-end' || next.type === 'flow-seq-end';
  if (opens && closes) return '';
  if (opens || (closes && word.type !== 'comma')) return padded ? ' ' : '';
  if (next.type === 'comma' || next.type === 'map-value-ind') {
    // Behind an alias a blank keeps the sign from being part of its name.
    return word.type === 'alias' || word.type === 'map-value-ind' ? present : '';
  }
  // More than one blank behind a comma aligns columns.
  if (word.type === 'comma') return closes || present.length > 1 ? present : ' ';
  return word.type === 'map-value-ind' ? ' ' : present;
}
