/** A template resource of confd (`conf.d/*.toml`) with the place of every word. */
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { Range } from '../../protocol.ts';
import { type LineIndex, lineIndex } from '../text/lineIndex.ts';

/** A text with its place, the quotes included. */
export interface ConfdText {
  readonly text: string;
  readonly range: Range;
}

export interface ConfdSetting {
  readonly key: string;
  readonly keyRange: Range;
  readonly valueRange: Range;
  /** Set for a value of the kind. */
  readonly text?: string;
  readonly items?: readonly ConfdText[];
  readonly number?: number;
  readonly kind: 'text' | 'list' | 'number' | 'boolean' | 'other';
}

export interface ConfdTable {
  /** `template`; empty for what stands above all tables. */
  readonly name: string;
  readonly range: Range;
  readonly settings: readonly ConfdSetting[];
  /** Offset behind its last setting, or behind its header. */
  readonly end: number;
}

export interface ConfdFile {
  readonly text: string;
  readonly index: LineIndex;
  readonly tables: readonly ConfdTable[];
  readonly template?: ConfdTable;
  readonly problems: readonly { readonly range: Range; readonly message: string }[];
}

/** Reads a resource; never throws. After a syntax error nothing is known but its place. */
export function parseConfd(text: string): ConfdFile {
  const index = lineIndex(text);
  try {
    const [top] = parseTOML(text, { tomlVersion: '1.0' }).body;
    const tables = top ? tablesOf(top, index) : [];
    const template = tables.find(({ name }) => name === 'template');
    return { text, index, tables, ...(template ? { template } : {}), problems: [] };
  } catch (error) {
    const at = error instanceof ParseError ? error.index : 0;
    const message = error instanceof Error ? error.message : 'This is no TOML.';
    const end = /^[^\s]*/.exec(text.slice(at, at + 200))?.[0].length ?? 0;
    return { text, index, tables: [], problems: [{ range: index.range(at, at + Math.max(1, end)), message }] };
  }
}

function tablesOf(top: AST.TOMLTopLevelTable, index: LineIndex): readonly ConfdTable[] {
  const loose = top.body.filter((node) => node.type === 'TOMLKeyValue');
  const first: ConfdTable[] = loose.length > 0 ? [tableOf('', top.range[0], top.range[0], loose, index)] : [];
  return [
    ...first,
    ...top.body.flatMap((node) =>
      node.type === 'TOMLTable'
        ? [tableOf(node.resolvedKey.map(String).join('.'), node.key.range[0], node.key.range[1], node.body, index)]
        : [],
    ),
  ];
}

function tableOf(name: string, from: number, to: number, body: readonly AST.TOMLKeyValue[], index: LineIndex): ConfdTable {
  const last = body.at(-1);
  return {
    name,
    range: index.range(from, to),
    settings: body.map((node) => settingOf(node, index)),
    // The bracket behind the header belongs to it.
    end: last ? last.range[1] : name === '' ? to : to + 1,
  };
}

function settingOf({ key, value }: AST.TOMLKeyValue, index: LineIndex): ConfdSetting {
  const common = {
    key: key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value)).join('.'),
    keyRange: index.range(...key.range),
    valueRange: index.range(...value.range),
  };
  if (value.type === 'TOMLArray') {
    const items = value.elements.flatMap((item) =>
      item.type === 'TOMLValue' && item.kind === 'string' ? [{ text: item.value, range: index.range(...item.range) }] : [],
    );
    return { ...common, kind: 'list', items };
  }
  if (value.type !== 'TOMLValue') return { ...common, kind: 'other' };
  if (value.kind === 'string') return { ...common, kind: 'text', text: value.value };
  if (value.kind === 'integer' || value.kind === 'float') return { ...common, kind: 'number', number: Number(value.value) };
  return { ...common, kind: value.kind === 'boolean' ? 'boolean' : 'other' };
}

/** The setting of a table. */
export function confdSetting(table: ConfdTable | undefined, key: string): ConfdSetting | undefined {
  return table?.settings.find((setting) => setting.key === key);
}
