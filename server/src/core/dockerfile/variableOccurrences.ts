import type { Dockerfile, Instruction, Span } from './model.ts';
import { variableUses } from './variableUses.ts';

/** A place where a variable of ARG or ENV is declared or used. */
export interface VariableOccurrence {
  readonly name: string;
  /** Of the name alone. */
  readonly span: Span;
  readonly role: 'definition' | 'use';
  /** Index of the stage at the root of the stages that share variables; -1 for what FROM lines see. */
  readonly scope: number;
  readonly instruction: Instruction;
}

/** The scope of what FROM lines see. */
export const globalScope = -1;

/** Stages that stand on each other share what is declared in them: the index of the lowest one. */
export function scopeOf(file: Dockerfile, stageIndex: number | undefined): number {
  let stage = stageIndex === undefined ? undefined : file.stages[stageIndex];
  if (!stage) return globalScope;
  while (stage.parent) stage = stage.parent;
  return stage.index;
}

/** All declarations and uses, in the order of the text; uses of names that a RUN sets for itself are left out. */
export function variableOccurrences(file: Dockerfile): readonly VariableOccurrence[] {
  const found = file.instructions.flatMap((instruction) => occurrencesIn(file, instruction));
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** The occurrences of the variable that one of them belongs to: through stages on each other and the ARG before FROM that is redeclared. */
export function sameVariable(file: Dockerfile, one: VariableOccurrence): readonly VariableOccurrence[] {
  const named = variableOccurrences(file).filter(({ name }) => name === one.name);
  const redeclaring = new Set(
    named.filter(({ role, instruction }) => role === 'definition' && instruction.kind === 'ARG').map(({ scope }) => scope),
  );
  const joined = redeclaring.has(globalScope) && redeclaring.has(one.scope);
  return named.filter(({ scope }) => scope === one.scope || (joined && redeclaring.has(scope)));
}

function occurrencesIn(file: Dockerfile, instruction: Instruction): VariableOccurrence[] {
  if (instruction.kind === 'ONBUILD') return instruction.trigger ? occurrencesIn(file, instruction.trigger) : [];
  const scope = instruction.kind === 'FROM' ? globalScope : scopeOf(file, instruction.stage);
  const declared: VariableOccurrence[] = [];
  if (instruction.kind === 'ARG' || instruction.kind === 'ENV') {
    for (const { name } of instruction.pairs) {
      declared.push({ name: name.value, span: { start: name.start, end: name.end }, role: 'definition', scope, instruction });
    }
  }
  const hidden =
    instruction.kind === 'RUN' ? ownNames(file.text.slice(instruction.keyword.end, instruction.end), instruction.keyword.end) : [];
  const uses = expandedSpans(file, instruction).flatMap(({ span, quotes }) =>
    variableUses(file.text, span, file.escapeMark, quotes)
      .filter(({ name, start }) => !hidden.some((own) => own.name === name && own.from <= start))
      .map(({ name, nameSpan }): VariableOccurrence => ({ name, span: nameSpan, role: 'use', scope, instruction })),
  );
  return [...declared, ...uses];
}

/** Where Docker, or the shell that it starts, puts values in place of names. */
export function expandedSpans(file: Dockerfile, instruction: Instruction): { readonly span: Span; readonly quotes: boolean }[] {
  const { kind, keyword, headEnd, heredocs } = instruction;
  if (kind === 'unknown' || kind === 'SHELL' || kind === 'MAINTAINER') return [];
  if ((kind === 'CMD' || kind === 'ENTRYPOINT') && instruction.json) return [];
  const own = withoutComments(file, { start: keyword.end, end: headEnd }).map((span) => ({ span, quotes: true }));
  const bodies = heredocs.filter((heredoc) => kind === 'RUN' || heredoc.expand);
  return [...own, ...bodies.map(({ body }) => ({ span: body, quotes: kind === 'RUN' }))];
}

function withoutComments({ comments }: Dockerfile, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  let from = start;
  for (let i = firstAfter(comments, start); i < comments.length; i++) {
    const comment = comments[i];
    if (!comment || comment.end > end) break;
    spans.push({ start: from, end: comment.start });
    from = comment.end;
  }
  return [...spans, { start: from, end }];
}

/** Index of the first of some spans, in order, that begins at or after an offset. */
function firstAfter(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const assignment = /(?:^|[\s;&|({])(?:for\s+([A-Za-z_]\w*)\s+in\b|([A-Za-z_]\w*)=[^\s;&|]*)/g;

/** Names that the shell text of a RUN sets itself, and the offset from which they count. */
function ownNames(text: string, base: number): { readonly name: string; readonly from: number }[] {
  return [...text.matchAll(assignment)].map((match) => ({ name: match[1] ?? match[2] ?? '', from: base + match.index + match[0].length }));
}
