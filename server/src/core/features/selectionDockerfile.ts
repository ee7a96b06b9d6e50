import type { Position, Range } from '../../protocol.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/model.ts';
import { variableUses } from '../dockerfile/variableUses.ts';
import { nested } from './nestedSpans.ts';
import { instructionAt, within } from './subjectDockerfile.ts';

/** Ranges around a position, the narrowest first: variable, word, pair or command, body, instruction, stage, file. */
export function dockerfileSelection(file: Dockerfile, position: Position): readonly Range[] {
  const offset = file.index.offsetAt(position);
  const whole: Span = { start: 0, end: file.text.length };
  const outer = file.instructions.find((instruction) => within(instruction, offset));
  const comment = file.comments.find((one) => within(one, offset));
  const stage = file.stages.find(({ span }) => within(span, offset));
  const spans: (Span | undefined)[] = [whole, stage?.span, outer, comment];
  const instruction = instructionAt(file, offset) ?? outer;
  if (instruction) spans.push(instruction, instruction.body, ...instruction.heredocs.map(({ body }) => body), ...wordsIn(instruction));
  if (instruction) spans.push(...variableUses(file.text, instruction, file.escapeMark));
  spans.push(wordAround(file.text, offset));
  const around = spans.filter((span) => span !== undefined && span.end > span.start && within(span, offset)) as Span[];
  return nested(around).map(({ start, end }) => file.index.range(start, end));
}

function wordsIn(instruction: Instruction): Span[] {
  const own: Span[] = [instruction.keyword, ...instruction.flags, ...instruction.flags.flatMap(({ value }) => value ?? [])];
  switch (instruction.kind) {
    case 'RUN':
      return [...own, ...instruction.script.scopes, ...instruction.script.commands.flatMap((command) => [command, ...command.words])];
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      return [...own, ...instruction.pairs.flatMap((pair) => [pair, pair.name, ...(pair.value ? [pair.value] : [])])];
    case 'COPY':
    case 'ADD':
      return [...own, ...instruction.sources, ...(instruction.destination ? [instruction.destination] : [])];
    case 'FROM':
      return [
        ...own,
        ...(instruction.image ? [instruction.image, instruction.image.repositorySpan] : []),
        ...(instruction.name ? [instruction.name] : []),
      ];
    default:
      return 'words' in instruction ? [...own, ...instruction.words] : own;
  }
}

function wordAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && /[\w.-]/.test(text[start - 1] ?? '')) start--;
  let end = offset;
  while (end < text.length && /[\w.-]/.test(text[end] ?? '')) end++;
  return { start, end };
}
