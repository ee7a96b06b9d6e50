import type { Assignment, Command, ParsedScript, SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';
import type { ShellCommand, ShellPipe, ShellScope, ShellScript, ShellSource, ShellWord } from './shellModel.ts';
import { noteHandled, notePipeline, type PipeNotes, pipeNotes, programWords, redirectsOf } from './shellPipes.ts';
import type { Word } from './spans.ts';

export const noScript: ShellScript = { commands: [], scopes: [], broken: false };

interface Collector {
  readonly commands: ShellCommand[];
  readonly scopes: ShellScope[];
  readonly pipes: ShellPipe[];
  broken: boolean;
}

const maxNesting = 3;
const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'mksh']);

/** Parses shell text with unbash. Never throws: what cannot be read yields no commands and `broken`. */
export function parseShell(source: ShellSource): ShellScript {
  const collector: Collector = { commands: [], scopes: [], pipes: [], broken: false };
  collect(source, collector, 0);
  return collector;
}

function collect(source: ShellSource, into: Collector, depth: number): void {
  const script = parseGuarded(source.text);
  if (!script || (script.errors?.length ?? 0) > 0) into.broken = true;
  if (!script) return;
  const scope = into.scopes.length;
  const last = script.commands.at(-1);
  into.scopes.push({
    kind: source.kind,
    start: source.base,
    end: source.base + source.text.length,
    ...(last && !last.background ? { lastEnd: source.base + lastEndOf(source.text, last.end) } : {}),
  });
  walk(script, source, scope, into, depth);
}

/** Deeper substitutions are nobody's script, and each level costs the parser as much as a long file. */
const deepest = 200;

function parseGuarded(text: string): ParsedScript | undefined {
  if (isTooDeep(text) || hasTooManyHeredocs(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The parser asks every heredoc of a command about each that follows. */
const mostHeredocs = 1_000;

function hasTooManyHeredocs(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<<'); at >= 0 && count <= mostHeredocs; at = text.indexOf('<<', at + 2)) count++;
  return count > mostHeredocs;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && depth > 0) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** The statement may end in blanks of a continuation. */
function lastEndOf(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}

/** Where words hold commands: substitutions. */
const substitution = /\$\(|`|[<>]\(/;

function walk(root: SyntaxNode, source: ShellSource, scope: number, into: Collector, depth: number): void {
  const pending: SyntaxNode[] = [root];
  const notes = pipeNotes();
  const substitutes = substitution.test(source.text);
  const push = (child: SyntaxNode): void => {
    // Of words only those with commands inside are of interest.
    if (child.type !== 'Word' || (substitutes && substitution.test(child.text))) pending.push(child);
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    // Nothing lies within a command but its words.
    if (node.type === 'Command' && !substitutes) {
      addCommand(node, source, scope, into, depth, notes);
      continue;
    }
    noteHandled(node, notes);
    if (node.type === 'Command') addCommand(node, source, scope, into, depth, notes);
    else if (node.type === 'Pipeline') into.pipes.push(...notePipeline(node, source, scope, notes));
    // Positions inside a decoded backtick script are not the file's.
    if (node.type === 'Script' && node.source !== undefined) continue;
    const from = pending.length;
    pushChildren(node, push, pending);
    reverse(pending, from);
  }
}

function pushChildren(node: SyntaxNode, push: (child: SyntaxNode) => void, pending: SyntaxNode[]): void {
  const from = pending.length;
  try {
    forEachChild(node, push);
  } catch {
    pending.length = from;
  }
}

/** Turns round what stands from an index on: the first child is to be taken first. */
function reverse(nodes: SyntaxNode[], from: number): void {
  for (let low = from, high = nodes.length - 1; low < high; low++, high--) {
    const [first, last] = [nodes[low], nodes[high]];
    if (!first || !last) return;
    nodes[low] = last;
    nodes[high] = first;
  }
}

function addCommand(node: Command, source: ShellSource, scope: number, into: Collector, depth: number, notes: PipeNotes): void {
  const { prefixes, words } = programWords(node, source.base);
  const first = words[0];
  if (!first) return;
  const name = first.literal ? baseName(first.value) : '';
  const assignments: ShellCommand['assignments'][number][] = [];
  for (const parts of [node.prefix, node.suffix]) {
    for (const part of parts) if (part.type === 'Assignment') assignments.push(assignmentOf(part, source.base));
  }
  const end = words.at(-1)?.end ?? first.end;
  const start = prefixes[0]?.start ?? first.start;
  into.commands.push({
    name,
    words,
    prefixes,
    assignments,
    scope,
    start,
    end,
    ...notes.piped.get(node),
    ...redirectsOf(node, source.base),
  });
  if (depth < maxNesting) nestedScripts(name, words, node, source, into, depth);
}

function assignmentOf({ name, value, pos, end }: Assignment, base: number): ShellCommand['assignments'][number] {
  return { name, value: value.type === 'Word' ? value.value : '', start: base + pos, end: base + end };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The script that `sh -c`, `su -c` and `eval` carry, and the heredoc that a shell reads. */
function nestedScripts(
  name: string,
  words: readonly ShellWord[],
  node: Command,
  source: ShellSource,
  into: Collector,
  depth: number,
): void {
  if (!shells.has(name) && name !== 'su' && name !== 'eval') return;
  const argument = name === 'eval' ? words[1] : commandArgument(words);
  if (argument) {
    const inner = quotedSource(argument);
    if (inner) collect(inner, into, depth + 1);
    return;
  }
  if (!shells.has(name) || words.slice(1).some((word) => !/^[-+]/.test(word.value))) return;
  for (const redirect of node.redirects) {
    if (redirect.type !== 'HereDoc') continue;
    const { pos, end } = redirect.body;
    collect({ text: source.text.slice(pos, end), base: source.base + pos, kind: 'heredoc' }, into, depth + 1);
  }
}

/** The word after `-c` (also `-ec`, `-lc`, `-euxo pipefail -c`). */
export function commandArgument(words: readonly ShellWord[]): ShellWord | undefined {
  const flag = words.findIndex((word, i) => i > 0 && (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.value) || word.value === '--command'));
  return flag < 0 ? undefined : words.slice(flag + 1).find((word) => !/^[-+]/.test(word.value));
}

/** The text between a word's quotes; escaped quotes inside become plain ones at the same length. */
export function quotedSource(word: Word): ShellSource | undefined {
  const { text } = word;
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return /[\s'"\\]/.test(text) ? undefined : { text, base: word.start, kind: 'argument' };
  if (text.length < 2 || text.at(-1) !== quote) return undefined;
  const inner = text.slice(1, -1);
  if (quote === "'" ? inner.includes("'") : /(?<!\\)"/.test(inner)) return undefined;
  const plain = quote === '"' ? inner.replace(/\\(["$\\])/g, ' $1') : inner;
  return { text: plain, base: word.start + 1, kind: 'argument' };
}
