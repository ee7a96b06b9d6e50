import type { RunInstruction } from '../dockerfile/model.ts';
import type { Span } from '../dockerfile/spans.ts';
import type { DockerfileContext } from './context.ts';
import type { Fix } from './rule.ts';

/** A fix that puts text in at an offset. */
export function insertion(context: DockerfileContext, offset: number, text: string, title: string, preview = false): Fix {
  const range = context.range({ start: offset, end: offset });
  return { title, edits: [{ range, text }], ...(preview ? { preview } : {}) };
}

/** A fix that puts text in place of a span. */
export function replacement(context: DockerfileContext, span: Span, text: string, title: string, preview = false): Fix {
  return { title, edits: [{ range: context.range(span), text }], ...(preview ? { preview } : {}) };
}

/** What to delete with a word: the blanks before it, or its whole line when it has one of its own in a continued instruction. */
export function withBlanks(text: string, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && (text[from - 1] === ' ' || text[from - 1] === '\t')) from--;
  if (from > 0 && text[from - 1] !== '\n') return { start: from, end };
  const rest = /^[ \t]*[\\`][ \t]*\r?\n/.exec(text.slice(end, end + 200));
  return rest ? { start: from, end: end + rest[0].length } : { start, end };
}

/** True for a program in JSON form: its words are strings of the array, not of a shell. */
export function isExecForm({ json, script }: RunInstruction): boolean {
  return json !== undefined && script.scopes[0]?.start === json[0]?.start;
}

/** A fix that adds a word behind another one of a command, as a string of its own in JSON form. */
export function addedWord(context: DockerfileContext, run: RunInstruction, offset: number, word: string, preview = false): Fix {
  return insertion(context, offset, isExecForm(run) ? `, "${word}"` : ` ${word}`, `Add ${word}`, preview);
}
