import type { Dockerfile } from './model.ts';

/** Why a text is not read as a Dockerfile at all, in words; undefined for a text that can be read. */
export function refusalOf(text: string): string | undefined {
  const zero = text.indexOf('\0');
  if (zero < 0) return strange(text) ? 'This file is not text in UTF-8, the only encoding that Docker reads. Save it as UTF-8.' : undefined;
  const head = text.slice(0, 1000);
  const zeros = head.split('\0').length - 1;
  // Every other byte of Latin text in UTF-16 is a zero.
  if (zeros * 3 > head.length) return 'This file is written in UTF-16, and Docker reads UTF-8 only. Save it as UTF-8.';
  return 'This file is binary, not a Dockerfile: it holds bytes that no text has.';
}

/** Mostly characters that stand for bytes which could not be decoded. A single one is a name in a comment. */
function strange(text: string): boolean {
  if (!text.includes('\ufffd')) return false;
  const head = text.slice(0, 1000);
  return (head.split('\ufffd').length - 1) * 10 > head.length;
}

/** True for text that is none of Docker's: no FROM, and instructions that are nearly all unknown. */
export function looksLikeOtherText({ instructions, stages }: Dockerfile): boolean {
  if (stages.length > 0 || instructions.length < 4) return false;
  return instructions.filter(({ kind }) => kind === 'unknown').length * 4 >= instructions.length * 3;
}
