/** Keys and templates of confd, as far as they can be told without running it. */
import type { Range } from '../../protocol.ts';
import { lineIndex } from '../text/lineIndex.ts';

/** A key that a template reads, with its place. */
export interface KeyRead {
  /** As written: with wildcards, `${NAME}` and `%s`. */
  readonly path: string;
  readonly range: Range;
}

/** Functions of templates whose first argument is a key. */
const reading = /(?<![.\w])(?:getvs?|gets?|exists|ls|lsdir|cgetvs?|cgets?)\s+(?:\(\s*printf\s+)?["`]([^"`\n]+)["`]/g;

/** The keys that a template reads by name; those that it computes are not known. */
export function keysRead(template: string): readonly KeyRead[] {
  const index = lineIndex(template);
  return [...template.matchAll(/\{\{(?!\/\*)(?:[^{}]|\{[^{}]*\})*\}\}/g)].flatMap((action) =>
    [...action[0].matchAll(reading)].map((match) => {
      const path = match[1] ?? '';
      const start = action.index + match.index + match[0].lastIndexOf(path);
      return { path, range: index.range(start, start + path.length) };
    }),
  );
}

/** One spelling of a key: with one slash in front and none behind. */
export function plainKey(key: string): string {
  return `/${key.split('/').filter(Boolean).join('/')}`;
}

/** True when what a template reads is, or may be, below a key. */
export function covers(key: string, read: string): boolean {
  const above = plainKey(key);
  const dynamic = /[*?[%$]/.exec(read);
  const fixed = plainKey(dynamic ? read.slice(0, dynamic.index) : read);
  if (above === '/' || fixed === above || fixed.startsWith(`${above}/`)) return true;
  // A name that is filled in may be any.
  return /[$%]/.test(above) || (dynamic !== null && /[%$]/.test(read) && above.startsWith(fixed));
}

/** An `upstream` block of nginx that has no server when no key is there. */
export interface EmptyUpstream {
  readonly name: string;
  readonly range: Range;
}

/** Blocks whose every server comes out of a `range` without `else`. */
export function emptyUpstreams(template: string): readonly EmptyUpstream[] {
  const index = lineIndex(template);
  return [...template.matchAll(/\bupstream\s+([^\s{]+|\{\{[^}]*\}\}\S*)\s*\{(?!\{)/g)].flatMap((match) => {
    const start = match.index + match[0].length;
    const block = template.slice(start, blockEnd(template, start));
    const name = match[1] ?? '';
    const at = match.index + match[0].indexOf(name);
    return /\brange\b/.test(block) && !hasServerWithoutKeys(block) ? [{ name, range: index.range(at, at + name.length) }] : [];
  });
}

/** Behind the block: at the first brace that is none of a template's action. */
function blockEnd(template: string, start: number): number {
  const rest = /\{\{(?:[^}]|\}(?!\}))*\}\}|\}/g;
  rest.lastIndex = start;
  for (let match = rest.exec(template); match; match = rest.exec(template)) if (match[0] === '}') return match.index;
  return template.length;
}

/** Follows ranges, ifs and their branches: a server that stands outside of a `range`, or in its `else`, is always there. */
function hasServerWithoutKeys(block: string): boolean {
  const open: { readonly range: boolean; other: boolean }[] = [];
  let at = 0;
  for (const match of block.matchAll(/\{\{-?\s*(?:(\w+)(?:[^}]|\}(?!\}))*)?\}\}/g)) {
    if (isCertain(open) && /^\s*server\s/m.test(block.slice(at, match.index))) return true;
    at = match.index + match[0].length;
    const word = match[1];
    if (word === 'range' || word === 'if' || word === 'with') open.push({ range: word === 'range', other: false });
    else if (word === 'else') {
      const last = open.at(-1);
      if (last) last.other = true;
    } else if (word === 'end') open.pop();
  }
  return isCertain(open) && /^\s*server\s/m.test(block.slice(at));
}

/** What an `if` decides is not known: it is taken for someone's care. */
function isCertain(open: readonly { readonly range: boolean; readonly other: boolean }[]): boolean {
  return open.every(({ range, other }) => !range || other);
}
