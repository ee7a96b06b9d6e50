import type { Instruction, Span } from '../../dockerfile/model.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** No empty line stands inside an instruction. */
export const rule: DockerfileRule = {
  summary: 'No empty line stands inside a continued instruction.',
  severity: 'warning',
  aliases: ['NoEmptyContinuation', 'EMPTY_CONTINUATION_LINE'],
  fixable: true,
  check: (context) =>
    context.file.instructions.flatMap((instruction) =>
      emptyLines(context.file.text, instruction).map((span) => ({
        range: context.range(span),
        message:
          'An empty line inside an instruction is skipped with a warning today and may end the instruction one day. Remove it, or write `#`.',
        fixes: [replacement(context, span, '', 'Remove the empty line')],
      })),
    ),
};

const blank = /\n((?:[ \t]*\r?\n)+)/g;

/** Each block of empty lines among an instruction's own lines. */
function emptyLines(text: string, { start, headEnd }: Instruction): readonly Span[] {
  const own = text.slice(start, headEnd);
  if (!own.includes('\n')) return [];
  return [...own.matchAll(blank)].map((match) => {
    const from = start + match.index + 1;
    return { start: from, end: from + (match[1]?.length ?? 0) };
  });
}
