import type { Command, CommandArgument, Word as ParsedWord, Pipeline, SyntaxNode } from 'unbash';
import type { ShellCommand, ShellPipe, ShellSource, ShellWord } from './shellModel.ts';
import { programOf } from './shellPrefixes.ts';
import type { Span } from './spans.ts';

/** What the walk over a script learns of pipes before it meets their commands. */
export interface PipeNotes {
  readonly piped: Map<SyntaxNode, { readonly pipedFrom: string }>;
  /** Offsets in the source where the author settles what a failure means. */
  readonly handled: Span[];
}

export function pipeNotes(): PipeNotes {
  return { piped: new Map(), handled: [] };
}

/** A word of the parser as a word of the document; `base` is the document offset of the script's first character. */
export function shellWord(word: ParsedWord, base: number): ShellWord {
  const { text, pos, end } = word;
  // Of nearly all words the value is what is written: the parser need not be asked, and does not read it again.
  const value = /['"\\$`]/.test(text) ? word.value : text;
  const literal = !/[$`]/.test(text) || (text.startsWith("'") && text.indexOf("'", 1) === text.length - 1);
  return { text, value, literal, start: base + pos, end: base + end };
}

/** Notes the conditions of `if` and `while`, what stands before `|| true`, and substitutions whose status nobody looks at. */
export function noteHandled(node: SyntaxNode, { handled }: PipeNotes): void {
  if (node.type === 'If') for (const { clause } of [node, ...node.elif]) handled.push({ start: clause.pos, end: clause.end });
  else if (node.type === 'While') handled.push({ start: node.clause.pos, end: node.clause.end });
  // `echo $(a | b)` answers for `echo`, with `pipefail` or without; a plain `x=$(a | b)` answers for the pipe.
  else if (node.type === 'Command') handled.push(...unasked(node.name ? node.args : []));
  else if (node.type === 'For') handled.push(...unasked(node.wordlist ?? []));
  else if (node.type === 'AndOr') {
    node.operators.forEach((operator, i) => {
      const next = node.commands[i + 1];
      if (operator !== '||' || next?.type !== 'Command' || !/^(?:true|:)$/.test(next.name?.value ?? '')) return;
      handled.push({ start: node.pos, end: next.pos });
    });
  }
}

/** Where words hold a pipe in a command substitution. */
function unasked(words: readonly CommandArgument[]): Span[] {
  return words.flatMap(({ text, pos, end }) => (text.includes('|') && /\$\(|`/.test(text) ? [{ start: pos, end }] : []));
}

/** The pipes of a pipeline; its commands are noted as reading from them. */
export function notePipeline(node: Pipeline, { text, base }: ShellSource, scope: number, notes: PipeNotes): ShellPipe[] {
  const negated = node.prefixes.some(({ type }) => type === 'Negation');
  const handled = negated || notes.handled.some(({ start, end }) => start <= node.pos && node.end <= end);
  return node.commands.slice(1).flatMap((right, i) => {
    const left = node.commands[i];
    if (!left) return [];
    const words = left.type === 'Command' ? programWords(left, base).words : [];
    const name = words[0]?.literal ? words[0].value.slice(words[0].value.lastIndexOf('/') + 1) : '';
    notes.piped.set(right, { pipedFrom: name });
    const at = text.indexOf('|', left.end);
    if (at < 0 || at >= right.pos) return [];
    const end = text[at + 1] === '&' ? at + 2 : at + 1;
    return [{ start: base + at, end: base + end, scope, left: words, first: i === 0, handled }];
  });
}

/** The words of a command, parted at the program that really runs. */
export function programWords({ name, suffix }: Command, base: number): ReturnType<typeof programOf> {
  const words: ShellWord[] = [];
  if (name?.type === 'Word') words.push(shellWord(name, base));
  for (const part of suffix) if (part.type === 'Word') words.push(shellWord(part, base));
  return programOf(words);
}

/** The files that a command's output or input is redirected to. */
export function redirectsOf(node: Command, base: number): Pick<ShellCommand, 'redirects'> {
  if (node.redirects.length === 0) return {};
  const redirects = node.redirects.flatMap((redirect) => {
    if (redirect.type !== 'Redirect' || !redirect.target) return [];
    const fd = redirect.descriptor?.type === 'FileDescriptor' ? { fd: redirect.descriptor.value } : {};
    return [{ operator: redirect.operator, target: shellWord(redirect.target, base), ...fd }];
  });
  return redirects.length > 0 ? { redirects } : {};
}
