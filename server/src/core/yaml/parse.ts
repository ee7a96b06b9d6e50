import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLError } from 'yaml';
import type { Range } from '../../protocol.ts';
import { type LineIndex, lineIndex } from '../text/lineIndex.ts';
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from './tree.ts';

/** A place where the text is no YAML, or YAML that may mean two things. */
export interface YamlProblem {
  readonly range: Range;
  readonly message: string;
  /** What follows may have been read otherwise than it was meant. */
  readonly fatal?: boolean;
}

/** One parsed file. `root` is absent for an empty file and for one that is too large. */
export interface YamlFile {
  readonly text: string;
  readonly index: LineIndex;
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
}

/** Larger files are not read: nobody writes them by hand, and each keystroke would cost seconds. */
export const largestYaml = 2 * 1024 * 1024;
const deepest = 200;
const mostAliased = 100_000;
const mostProblems = 20;
const templateLine = /^[ \t]*(?:- )?\{\{/m;

/**
 * Parses YAML 1.2 (core schema) and never throws: what cannot be read becomes a problem, the rest stays usable.
 * Duplicate keys are found here with a set, because the library's own check is quadratic.
 */
export function parseYaml(text: string): YamlFile {
  const index = lineIndex(text);
  if (text.length > largestYaml) {
    const problem = { range: index.range(0, 0), message: 'This file is larger than 2 MB and is not checked. Split it, or exclude it.' };
    return { text, index, problems: [problem] };
  }
  const document = parseDocument(text, {
    uniqueKeys: false,
    merge: false,
    keepSourceTokens: false,
    logLevel: 'error',
    prettyErrors: false,
  });
  const builder = treeBuilder(index);
  const root = document.contents ? builder.convert(document.contents, 0) : undefined;
  const problems = [...syntaxProblems(document, text, index), ...builder.problems].slice(0, mostProblems);
  return root ? { text, index, root, problems } : { text, index, problems };
}

function syntaxProblems(document: Document.Parsed, text: string, index: LineIndex): YamlProblem[] {
  const template = templateLine.exec(text);
  if (document.errors.length > 0 && template) {
    const at = text.indexOf('{{', template.index);
    const message = 'This line is a template, not YAML. Waybill reads its files as they are: write what differs under `environments:`.';
    return [{ range: index.range(at, at + 2), message, fatal: true }];
  }
  return document.errors.map((error) => ({ range: errorRange(error, text, index), message: errorMessage(error), fatal: true }));
}

function errorRange(error: YAMLError, text: string, index: LineIndex): Range {
  const [start] = error.pos;
  const end = Math.max(error.pos[1], start);
  const lineEnd = text.slice(start).search(/[\r\n]/);
  const last = lineEnd < 0 ? text.length : start + lineEnd;
  return index.range(start, Math.min(Math.max(end, start + 1), Math.max(last, start)));
}

function errorMessage(error: YAMLError): string {
  if (error.code === 'TAB_AS_INDENT') return 'Tabs cannot indent YAML. Use spaces.';
  if (error.code === 'MULTIPLE_DOCS') return 'One file holds one document: remove the `---` and what follows it.';
  if (error.code === 'BAD_INDENT') return 'The indentation does not fit the lines above.';
  const quote = /^Missing closing (\S)quote/.exec(error.message)?.[1];
  if (quote) return `A closing \`${quote}\` is missing.`;
  const first = (error.message.split('\n')[0] ?? error.message).replace(/:$/, '');
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

interface TreeBuilder {
  readonly problems: readonly YamlProblem[];
  convert(node: Node, depth: number): YamlNode;
}

function treeBuilder(index: LineIndex): TreeBuilder {
  const problems: YamlProblem[] = [];
  const anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  let count = 0;
  let aliased = 0;

  const rangeOf = (node: Node): Range => index.range(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
  const empty = (range: Range): ScalarNode => ({ kind: 'scalar', value: null, source: '', quoted: false, range });

  const aliasTarget = (name: string, range: Range): YamlNode => {
    const target = anchors.get(name);
    if (!target) {
      problems.push({ range, message: `There is no \`&${name}\` above this line.` });
      return empty(range);
    }
    aliased += target.size;
    if (aliased > mostAliased) {
      problems.push({ range, message: 'The aliases of this file unfold to too much. Write the values out.' });
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

  return { problems, convert };
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
