import { lineSpan, withGap } from '../dockerfile/lineSpan.ts';
import type { Pair, PairInstruction } from '../dockerfile/model.ts';
import type { DockerfileContext } from './context.ts';
import { replacement } from './edits.ts';
import type { Fix } from './rule.ts';

/** A fix that takes one pair out of ENV or LABEL, with the instruction when nothing else is in it. */
export function removedPair(context: DockerfileContext, instruction: PairInstruction, pair: Pair, preview = true): Fix {
  const title = `Remove ${pair.name.value}`;
  const { text } = context.file;
  const at = instruction.pairs.indexOf(pair);
  const before = instruction.pairs[at - 1];
  if (instruction.pairs.length === 1) return replacement(context, lineSpan(text, instruction), '', title, preview);
  const span = at === instruction.pairs.length - 1 && before ? { start: before.end, end: pair.end } : withGap(text, pair);
  return replacement(context, span, '', title, preview);
}
