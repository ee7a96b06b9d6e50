import type { ManifestContext } from '../rules/manifestContext.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import { findSlot, type Slot } from '../yaml/cursor.ts';
import { parseYaml, type YamlFile } from '../yaml/parse.ts';
import type { JsonSchema } from '../yaml/schema.ts';
import { localEnvironmentsSchema, schemaOf } from '../yaml/schemas.ts';
import { entryOf, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { TypedWord } from '../yaml/typedWord.ts';
import type { Completion } from './answers.ts';
import { isLocal } from './workspace.ts';

/** Stands for the word under the cursor while the text around it is read. */
export const placeholder = 'waybillCursor';

/** A completion before its place in the list is settled. */
export type Unsorted = Omit<Completion, 'sortText'>;

/** The place that is completed: the file as it would be with a word there. */
export interface Site {
  readonly context: ManifestContext;
  readonly index: LineIndex;
  readonly schema: JsonSchema;
  readonly tree: YamlNode;
  readonly slot: Slot;
  readonly word: TypedWord;
  readonly flow: boolean;
  /** What stands behind or below the word: the value of the key that is looked for. */
  readonly value?: YamlNode;
}

interface Reading {
  readonly tree: YamlNode;
  readonly slot: Slot;
}

/** Reads the text around a word, however little of the line there is; undefined where nothing can be made of it. */
export function siteAt(context: ManifestContext, word: TypedWord): Site | undefined {
  const { index } = context.yaml;
  const reading = readingOf(context.yaml, word);
  if (!reading) return undefined;
  const { tree, slot } = reading;
  const value = slot.as === 'key' ? entryOf(slot.map, placeholder)?.value : undefined;
  const schema = context.kind === 'environments' && isLocal(context.uri) ? localEnvironmentsSchema : schemaOf(context.kind);
  return { context, index, schema, tree, slot, word, flow: isFlow(tree, slot), ...(value ? { value } : {}) };
}

/** A word alone on its line may be a value or a key whose colon is still missing: a key when there are others beside it or lines below it. */
function readingOf(file: YamlFile, word: TypedWord): Reading | undefined {
  const { text } = file;
  const lineEnd = endOfLine(text, word.end);
  const rest = text.slice(word.end, lineEnd);
  const alone = /^\s*(?:- +)*$/.test(word.before) && !word.keyed && /^\s*(?:#.*)?$/.test(rest);
  const closed = rest + closers(text, word, lineEnd);
  const read = (mark: string) => parsed(text.slice(0, word.start) + mark + closed + text.slice(lineEnd), file);
  if (!alone) return read(`${word.space ? ' ' : ''}${placeholder}`);
  const asKey = read(`${placeholder}:`);
  const entries = asKey?.slot.map?.kind === 'map' ? asKey.slot.map.entries : [];
  const value = entryOf(asKey?.slot.map, placeholder)?.value;
  const surely = entries.length > 1 || (value !== undefined && !(value.kind === 'scalar' && value.value === null));
  return surely ? asKey : (read(placeholder) ?? asKey);
}

function parsed(text: string, previous: YamlFile): Reading | undefined {
  const tree = parseYaml(text, previous).root;
  const slot = findSlot(tree, placeholder);
  return tree && slot ? { tree, slot } : undefined;
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

/** The brackets that are missing at the end of the line, when the next line does not go on within them. */
function closers(text: string, word: TypedWord, lineEnd: number): string {
  const open: string[] = [];
  for (const sign of `${word.before}${text.slice(word.end, lineEnd)}`.replace(/"(?:\\.|[^"\\])*"|'[^']*'|(?:^|\s)#.*$/g, '')) {
    if (sign === '{' || sign === '[') open.unshift(sign === '{' ? '}' : ']');
    else if (sign === open[0]) open.shift();
  }
  if (open.length === 0) return '';
  const next = /\S.*/.exec(text.slice(lineEnd));
  const below =
    next &&
    text
      .slice(lineEnd)
      .slice(0, next.index)
      .split(/\r\n?|\n/)
      .at(-1);
  const goesOn = next && (/^[}\]]/.test(next[0]) || (below ?? '').length > (/^\s*/.exec(word.before)?.[0].length ?? 0));
  return goesOn ? '' : ` ${open.join('')}`;
}

function isFlow(tree: YamlNode, slot: Slot): boolean {
  const holder = slot.map ?? valueAt(tree, ...slot.path.slice(0, -1));
  return holder !== undefined && holder.kind !== 'scalar' && holder.flow;
}
