import type { Instruction, Pair } from './model.ts';
import { instructionsOf } from './walk.ts';

/** A label as a LABEL instruction writes it. */
export interface WrittenLabel {
  readonly pair: Pair;
  readonly name: string;
  /** Undefined when a variable decides it. */
  readonly value?: string;
}

/** The labels of some instructions, those in ONBUILD included; names that a variable makes are left out. */
export function labelsOf(instructions: readonly Instruction[]): readonly WrittenLabel[] {
  return instructionsOf(instructions, 'LABEL').flatMap(({ pairs }) =>
    pairs.flatMap((pair) => {
      const name = pair.name.value;
      if (name === '' || name.includes('$')) return [];
      const open = /(?:^|[^\\])\$[\w{]/.test(pair.value?.text ?? '') && !pair.value?.text.startsWith("'");
      return [{ pair, name, ...(open || !pair.value ? {} : { value: unquoted(pair.value.value) }) }];
    }),
  );
}

/** The old form (`LABEL name "value"`) keeps its quotes in the word. */
function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/s, '$2');
}
