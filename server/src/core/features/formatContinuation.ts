import type { Dockerfile, Instruction, Span } from '../dockerfile/model.ts';

/**
 * Starts of the continuation lines of an instruction that all begin at the margin, where more blanks mean nothing. None when
 * one of the lines is indented (someone has aligned them), or when a line begins inside of a word.
 */
export function flushLines(file: Dockerfile, instruction: Instruction): readonly Span[] {
  const words = wordsOf(instruction);
  if (!words || instruction.heredocs.length > 0) return [];
  const lines = continuationLines(file, instruction);
  if (lines.some(({ start }) => /[ \t]/.test(file.text[start] ?? ''))) return [];
  const written = lines.filter(({ start, end }) => end > start && file.text[start] !== '#');
  const isFree = ({ start }: Span) => words.every((word) => start <= word.start || start >= word.end);
  return written.every(isFree) ? written : [];
}

function continuationLines(file: Dockerfile, { start, headEnd }: Instruction): Span[] {
  const lines: Span[] = [];
  for (let newline = file.text.indexOf('\n', start); newline >= 0 && newline < headEnd; newline = file.text.indexOf('\n', newline + 1)) {
    const next = file.text.indexOf('\n', newline + 1);
    const end = next < 0 ? file.text.length : next;
    lines.push({ start: newline + 1, end: file.text[end - 1] === '\r' ? end - 1 : end });
  }
  return lines;
}

/** The words between which blanks mean nothing; undefined where it is not certain. */
function wordsOf(instruction: Instruction): readonly Span[] | undefined {
  switch (instruction.kind) {
    case 'RUN': {
      if (instruction.json) return [...instruction.json, ...instruction.flags];
      const { commands, broken, scopes } = instruction.script;
      if (broken || commands.length === 0 || scopes.length !== 1) return undefined;
      return [...instruction.flags, ...commands.flatMap(({ words, prefixes }) => [...words, ...prefixes])];
    }
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      // `ENV NAME the rest`: blanks belong to the value.
      return [...instruction.pairs, ...instruction.flags];
    case 'COPY':
    case 'ADD':
      return [...instruction.sources, ...(instruction.destination ? [instruction.destination] : []), ...instruction.flags];
    case 'EXPOSE':
      return instruction.words;
    case 'CMD':
    case 'ENTRYPOINT':
    case 'VOLUME':
      return instruction.json ? instruction.words : undefined;
    default:
      return undefined;
  }
}
