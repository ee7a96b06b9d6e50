/**
 * YAML read block by block, so that a keystroke costs the block that it is in. The result is the same as that of reading the text
 * in one go: where that is not certain (aliases, a block that cannot be read by itself), there is no result.
 */
import { parseDocument } from 'yaml';
import type { Position } from '../../protocol.ts';
import { lineIndex } from '../text/lineIndex.ts';
import { cut, type Piece } from './cut.ts';
import { shiftedNode, shiftedRange } from './shift.ts';
import { syntaxProblems, templateLine, type YamlProblem, yamlOptions } from './syntax.ts';
import type { MapEntry, MapNode, YamlNode } from './tree.ts';
import { treeBuilder } from './treeBuilder.ts';

/** A piece with what it says. */
export interface Block extends Piece {
  /** A map for `entry` and `head`, a list for `item`. */
  readonly node: YamlNode;
  readonly syntax: readonly YamlProblem[];
  readonly problems: readonly YamlProblem[];
}

export interface BlocksRead {
  readonly root: MapNode;
  readonly problems: readonly YamlProblem[];
  readonly blocks: readonly Block[];
}

/** Reads a text by its blocks; those that `known` has as well are taken from there. Undefined: it is to be read in one go. */
export function readBlocks(text: string, known: readonly Block[] = []): BlocksRead | undefined {
  const pieces = cut(text);
  if (!pieces) return undefined;
  const blocks = blocksOf(pieces, known, templateLine.test(text));
  return blocks && assemble(blocks);
}

function blocksOf(pieces: readonly Piece[], known: readonly Block[], template: boolean): readonly Block[] | undefined {
  let front = 0;
  while (front < pieces.length && same(pieces[front], known[front])) front++;
  let back = 0;
  while (back < pieces.length - front && same(pieces[pieces.length - 1 - back], known[known.length - 1 - back])) back++;
  // Comments above the first key move them all.
  const above = (pieces[0]?.line ?? 0) - (known[0]?.line ?? 0);
  const blocks: Block[] = known.slice(0, front).map((block) => shifted(block, above));
  for (let at = front; at < pieces.length - back; at++) {
    const block = readPiece(pieces, at, template);
    if (!block) return undefined;
    blocks.push(block);
  }
  const rest = back === 0 ? [] : known.slice(-back);
  const by = (pieces.at(-1)?.line ?? 0) - (known.at(-1)?.line ?? 0);
  return [...blocks, ...rest.map((block) => shifted(block, by))];
}

/** One piece; undefined when it cannot be read by itself, or has an error that may reach what is behind it. */
function readPiece(pieces: readonly Piece[], at: number, template: boolean): Block | undefined {
  const piece = pieces[at];
  const block = piece && read(piece);
  if (!block || block.syntax.length === 0) return block;
  // `<<` may end up in another map, when the indentation is what is wrong.
  return !template && !block.text.includes('<<') && isOver(block, pieces[at + 1]) ? block : undefined;
}

/** True when an error changes nothing of the piece behind it: both together say what each says by itself. */
function isOver(block: Block, next: Piece | undefined): boolean {
  const behind = next && next.kind === block.kind ? read(next) : undefined;
  const both = behind && read({ text: block.text + behind.text, line: block.line, kind: block.kind });
  if (!both || behind.syntax.length > 0) return false;
  const apart = { members: [...membersOf(block), ...membersOf(behind)], syntax: withoutEnd(block) };
  return JSON.stringify(apart) === JSON.stringify({ members: membersOf(both), syntax: withoutEnd(both) });
}

function withoutEnd({ syntax }: Block): readonly object[] {
  return syntax.map(({ until: _until, ...problem }) => problem);
}

function membersOf({ node }: Block): readonly unknown[] {
  return node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items : [];
}

function same(a: Piece | undefined, b: Piece | undefined): boolean {
  return a !== undefined && a.kind === b?.kind && a.text === b.text;
}

function read(piece: Piece): Block | undefined {
  const index = lineIndex(piece.text);
  const placed = { range: (start: number, end: number) => shiftedRange(index.range(start, end), piece.line) };
  const document = parseDocument(piece.text, yamlOptions);
  const builder = treeBuilder(placed);
  const node = document.contents ? builder.convert(document.contents, piece.kind === 'item' ? 1 : 0) : undefined;
  if (!node || builder.hasAliases() || !fits(piece, node)) return undefined;
  const until = piece.line + index.lineCount - (piece.text.endsWith('\n') ? 1 : 0);
  const syntax = syntaxProblems(document, piece.text, placed).map((problem) => ({ ...problem, until }));
  return { ...piece, node, syntax, problems: builder.problems };
}

function fits({ kind }: Piece, node: YamlNode): boolean {
  if (kind === 'item') return node.kind === 'list' && !node.flow;
  if (node.kind !== 'map' || node.flow) return false;
  const [entry] = node.entries;
  return kind === 'entry' || (node.entries.length === 1 && entry?.value.kind === 'scalar' && entry.value.value === null);
}

function shifted(block: Block, by: number): Block {
  if (by === 0) return block;
  const moved = (problems: readonly YamlProblem[]) => problems.map((problem) => ({ ...problem, range: shiftedRange(problem.range, by) }));
  return {
    ...block,
    line: block.line + by,
    node: shiftedNode(block.node, by),
    syntax: moved(block.syntax),
    problems: moved(block.problems),
  };
}

/** Puts the blocks together; undefined where a key is there twice or `<<` brings keys in. */
function assemble(blocks: readonly Block[]): BlocksRead | undefined {
  const entries: MapEntry[] = [];
  let items: { node: YamlNode; readonly all: YamlNode[] } | undefined;
  for (const { kind, node } of blocks) {
    if (node.kind === 'map') {
      items = undefined;
      entries.push(...node.entries);
    } else if (node.kind === 'list') {
      const head = entries.pop();
      if (!head || kind !== 'item') return undefined;
      items ??= { node, all: [] };
      items.all.push(...node.items);
      entries.push({ ...head, value: { kind: 'list', items: items.all, flow: false, range: spanned(items.node, node) } });
    }
  }
  const [first, last] = [blocks[0]?.node, entries.at(-1)?.value];
  const end = blocks.at(-1)?.node;
  if (!first || !last || !end) return undefined;
  const keys = new Set(entries.map(({ key }) => key));
  if (keys.size < entries.length || keys.has('<<')) return undefined;
  return {
    root: { kind: 'map', entries, flow: false, range: spanned(first, end) },
    problems: [...blocks.flatMap(({ syntax }) => syntax), ...blocks.flatMap(({ problems }) => problems)],
    blocks,
  };
}

function spanned(first: YamlNode, last: YamlNode): { readonly start: Position; readonly end: Position } {
  return { start: first.range.start, end: last.range.end };
}
