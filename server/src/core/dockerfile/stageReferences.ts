import type { CopyInstruction, Dockerfile, RunInstruction, Span, Stage } from './model.ts';

/** `--from=` of COPY and `from=` of a RUN's mount: a stage, its number, an image or a named context. */
export interface StageReference extends Span {
  readonly value: string;
  readonly instruction: CopyInstruction | RunInstruction;
  /** Index of the stage that the instruction stands in. */
  readonly stage: number;
}

/** All places that take files from a stage or an image, those in ONBUILD left out: they are resolved in another file. */
export function stageReferences(file: Dockerfile): readonly StageReference[] {
  const found: StageReference[] = [];
  for (const instruction of file.instructions) {
    const { stage } = instruction;
    if (stage === undefined || instruction.flags.length === 0) continue;
    if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD' && instruction.kind !== 'RUN') continue;
    const words = instruction.kind === 'RUN' ? mountSources(instruction) : copySource(instruction);
    for (const word of words) if (word.value !== '') found.push({ ...word, instruction, stage });
  }
  return found;
}

function copySource({ from }: CopyInstruction): (Span & { value: string })[] {
  return from ? [{ start: from.start, end: from.end, value: from.value }] : [];
}

function mountSources({ flags }: RunInstruction): (Span & { value: string })[] {
  return flags.flatMap(({ name, value }) => {
    const match = name === 'mount' && value ? /(?:^|,)from=([^,"\s]*)/.exec(value.text) : null;
    if (!match || !value) return [];
    const end = value.start + match.index + match[0].length;
    return [{ start: end - (match[1] ?? '').length, end, value: match[1] ?? '' }];
  });
}

/** The stage that a name or number means, wherever it stands; the last one of a name counts. */
export function stageNamed(file: Dockerfile, value: string): Stage | undefined {
  if (/^\d+$/.test(value)) return file.stages[Number(value)];
  const name = value.toLowerCase();
  return file.stages.findLast((stage) => stage.name?.toLowerCase() === name);
}

/** The stage that a reference takes its files from: an earlier one. */
export function sourceStage(file: Dockerfile, { value, stage }: StageReference): Stage | undefined {
  if (/^\d+$/.test(value)) return Number(value) < stage ? file.stages[Number(value)] : undefined;
  const name = value.toLowerCase();
  return file.stages.findLast((candidate) => candidate.index < stage && candidate.name?.toLowerCase() === name);
}
