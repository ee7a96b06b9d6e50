import { suggest } from '../text/suggest.ts';
import type { Span } from './spans.ts';

/** A rule that a suppression names, as written. */
export interface SuppressedName extends Span {
  readonly name: string;
}

/** A comment for linters that cannot be understood as it stands. */
export interface PragmaProblem extends Span {
  readonly message: string;
  /** The word that was most likely meant, in place of the span. */
  readonly replacement?: string;
}

/** What may stand in place of a word: in a sentence, and the nearest one. */
export function wordsAfter(word: string, known: readonly string[]): { readonly text: string; readonly near?: string } {
  const near = suggest(word, known);
  if (near !== undefined) return { text: `Did you mean \`${near}\`?`, near };
  return { text: `Known are ${known.map((name) => `\`${name}\``).join(', ')}.` };
}
