import type { Dockerfile, Instruction } from './model.ts';
import { isPlainlyValid } from './plainlyValid.ts';

/** Flags of today's Dockerfile syntax that dockerfile-utils does not know. */
const knownFlags: Readonly<Record<string, ReadonlySet<string>>> = {
  ADD: new Set(['unpack', 'checksum', 'exclude', 'chmod']),
  COPY: new Set(['parents', 'exclude', 'chmod']),
  HEALTHCHECK: new Set(['start-interval']),
};

/**
 * The text of a file, at the same length, without what dockerfile-utils misreads or has nothing to say of.
 * @param closely also what is plainly valid stays
 */
export function masked(file: Dockerfile, closely: boolean): string {
  const pieces: string[] = [];
  let at = 0;
  const put = (start: number, end: number, text: (original: string) => string) => {
    if (start < at || end <= start) return;
    pieces.push(file.text.slice(at, start), text(file.text.slice(start, end)));
    at = end;
  };
  for (const { start, end, text } of maskedSpans(file, closely)) put(start, end, text);
  pieces.push(file.text.slice(at));
  return pieces.join('');
}

interface Mask {
  readonly start: number;
  readonly end: number;
  readonly text: (original: string) => string;
}

function maskedSpans(file: Dockerfile, closely: boolean): Mask[] {
  const masks: Mask[] = file.comments.map(({ start, end }) => ({ start, end, text: asComment }));
  for (const instruction of file.instructions) {
    if (!closely && isPlainlyValid(file, instruction)) {
      masks.push({ start: instruction.start, end: instruction.end, text: asComment });
      continue;
    }
    // Lines that hold only a continuation in front of the keyword.
    if (instruction.keyword.start > instruction.start)
      masks.push({ start: instruction.start, end: instruction.keyword.start, text: asBlank });
    addMasks(instruction, masks);
    if (instruction.kind === 'FROM') masks.push(...impossibleNames(file, instruction));
    if (instruction.kind === 'ONBUILD' && instruction.trigger) addMasks(instruction.trigger, masks);
  }
  return masks.sort((a, b) => a.start - b.start);
}

/** The library's pattern for names of stages takes exponential time where a long one does not match: their first letter decides at once. */
function impossibleNames({ text }: Dockerfile, { body }: Instruction): Mask[] {
  return [...text.slice(body.start, body.end).matchAll(/\S+/g)].slice(1).flatMap(({ 0: word, index }) => {
    const start = body.start + index;
    return word.length < 12 || /^[a-z][\w.-]*$/i.test(word) ? [] : [{ start, end: start + 1, text: () => '-' }];
  });
}

function addMasks(instruction: Instruction, masks: Mask[]): void {
  for (const heredoc of instruction.heredocs) {
    masks.push({ ...heredoc.operator, text: (original) => 'x'.repeat(original.length) });
    masks.push({ ...heredoc.body, text: asComment });
    if (heredoc.terminator) masks.push({ ...heredoc.terminator, text: asComment });
  }
  const known = knownFlags[instruction.keyword.value.toUpperCase()];
  for (const flag of instruction.flags) {
    if (known?.has(flag.name)) masks.push({ start: flag.start, end: flag.end, text: asBlank });
  }
}

function asBlank(original: string): string {
  return original.replace(/[^\r\n]/g, ' ');
}

/** Every line a bare `#`, at the same length. */
function asComment(original: string): string {
  return original.replace(/[^\r\n]+/g, (line) => `#${' '.repeat(line.length - 1)}`);
}
