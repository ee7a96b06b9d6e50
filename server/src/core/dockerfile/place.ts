import type { Dockerfile, Instruction } from './model.ts';

/** Where in a file an offset lies. */
export type Place =
  | { readonly kind: 'between' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'heredoc'; readonly instruction: Instruction }
  | { readonly kind: 'instruction'; readonly instruction: Instruction };

/** Finds the instruction whose lines hold the offset; the blanks behind its last word belong to it. */
export function placeAt(file: Dockerfile, offset: number): Place {
  if (file.comments.some(({ start, end }) => start < offset && offset <= end)) return { kind: 'comment' };
  const instruction = file.instructions.findLast(({ start }) => start <= offset);
  if (!instruction) return { kind: 'between' };
  if (offset <= instruction.headEnd || !/[\r\n]/.test(file.text.slice(instruction.headEnd, offset)))
    return { kind: 'instruction', instruction };
  return offset <= instruction.end ? { kind: 'heredoc', instruction } : { kind: 'between' };
}
