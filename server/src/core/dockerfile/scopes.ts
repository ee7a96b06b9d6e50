import type { EffectiveState } from './effective.ts';
import type { Dockerfile, Instruction, Span, Stage } from './model.ts';
import { type VariableUse, variableUses } from './variableUses.ts';

/** Names that BuildKit gives to every build without an ENV. */
const alwaysSet = ['PATH'];

/** What names stand for at one place of a stage. */
export interface Scope {
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** Names that ENV, ARG or the base image have set by now. */
  readonly names: ReadonlySet<string>;
  /** True when all that the base image sets is known: `scratch`, or an image of the catalogue. */
  readonly complete: boolean;
}

interface Judged {
  readonly file: Dockerfile;
  /** State at the end of each stage, by index. */
  readonly states: readonly EffectiveState[];
}

interface OpenScope {
  readonly names: Set<string>;
  readonly complete: boolean;
}

/** Every variable that an instruction of a stage uses, with the scope in which it stands. ONBUILD bodies have another one. */
export function eachUse(context: Judged, take: (use: VariableUse, scope: Scope) => void): void {
  const ends: OpenScope[] = [];
  for (const stage of context.file.stages) {
    const scope = startOf(context, stage, ends);
    for (const instruction of stage.instructions) {
      for (const use of usesOf(context, instruction)) take(use, { stage, instruction, ...scope });
      if (instruction.kind === 'ENV' || instruction.kind === 'ARG') for (const { name } of instruction.pairs) scope.names.add(name.value);
    }
    ends.push(scope);
  }
}

function startOf({ states }: Judged, stage: Stage, ends: readonly OpenScope[]): OpenScope {
  const parent = stage.parent && ends[stage.parent.index];
  // ARGs of a stage reach those that stand on it, as its ENVs do.
  if (parent) return { names: new Set(parent.names), complete: parent.complete };
  const root = states[stage.index]?.root;
  const config = root?.kind === 'image' ? root.catalogue?.image.config : undefined;
  return { names: new Set([...alwaysSet, ...Object.keys(config?.env ?? {})]), complete: root?.kind === 'scratch' || config !== undefined };
}

/** Uses in the words that Docker itself expands; commands are the shell's business. */
function usesOf({ file }: Judged, instruction: Instruction): readonly VariableUse[] {
  const within = (span: Span, quotes = true) => variableUses(file.text, span, file.escapeMark, quotes);
  switch (instruction.kind) {
    case 'ENV':
    case 'LABEL':
    case 'ARG':
      return instruction.pairs.flatMap((pair) => within(pair));
    case 'COPY':
    case 'ADD': {
      const bodies = instruction.heredocs.filter(({ expand }) => expand).flatMap(({ body }) => within(body, false));
      return [...within({ start: instruction.keyword.end, end: instruction.headEnd }), ...bodies];
    }
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'VOLUME':
    case 'EXPOSE':
      return within({ start: instruction.keyword.end, end: instruction.headEnd });
    default:
      return [];
  }
}
