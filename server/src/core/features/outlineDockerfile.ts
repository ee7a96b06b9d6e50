import type { Dockerfile, Instruction, Stage } from '../dockerfile/model.ts';
import type { DocumentSymbol } from './answers.ts';

/** Lines that an editor can fold, zero-based, both included. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind?: 'comment' | 'region';
}

/** The outline: stages with their instructions; ARGs in front of them by themselves. */
export function dockerfileSymbols(file: Dockerfile): readonly DocumentSymbol[] {
  const head = file.instructions.filter(({ stage }) => stage === undefined).map((instruction) => instructionSymbol(file, instruction));
  return [...head, ...file.stages.map((stage) => stageSymbol(file, stage))];
}

function stageSymbol(file: Dockerfile, stage: Stage): DocumentSymbol {
  const word = stage.from.name ?? stage.from.image ?? stage.from.keyword;
  return {
    name: stage.name ?? stage.from.image?.text ?? `stage ${stage.index}`,
    ...(stage.name && stage.from.image ? { detail: stage.from.image.text } : {}),
    kind: 'map',
    range: file.index.range(stage.span.start, stage.span.end),
    selection: file.index.range(word.start, word.end),
    children: stage.instructions.slice(1).map((instruction) => instructionSymbol(file, instruction)),
  };
}

function instructionSymbol(file: Dockerfile, instruction: Instruction): DocumentSymbol {
  const { keyword, start, end, body } = instruction;
  const detail = file.text
    .slice(body.start, body.end)
    .replace(/(?:[\\`]?\s)+/g, ' ')
    .slice(0, 60);
  return {
    name: keyword.value === '' ? '?' : keyword.value.toUpperCase(),
    ...(detail === '' ? {} : { detail }),
    kind: 'value',
    range: file.index.range(start, end),
    selection: file.index.range(keyword.start, keyword.end),
    children: [],
  };
}

/** Stages, instructions of several lines, heredocs and blocks of comments. */
export function dockerfileFolding(file: Dockerfile): readonly FoldingRange[] {
  const lineOf = (offset: number) => file.index.positionAt(offset).line;
  const ranges: FoldingRange[] = [];
  const add = (startLine: number, endLine: number, kind?: 'comment' | 'region') => {
    if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind ? { kind } : {}) });
  };
  for (const { span } of file.stages) add(lineOf(span.start), lineOf(span.end), 'region');
  for (const instruction of file.instructions) add(lineOf(instruction.start), lineOf(instruction.end));
  let first = -1;
  let last = -2;
  for (const comment of file.comments) {
    const line = lineOf(comment.start);
    if (line !== last + 1) {
      if (first >= 0) add(first, last, 'comment');
      first = line;
    }
    last = line;
  }
  if (first >= 0) add(first, last, 'comment');
  return ranges;
}
