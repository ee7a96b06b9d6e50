import type { Standards } from '../standards/model.ts';
import type { PlacedCommand } from './commands.ts';
import { type EffectiveState, effectiveAt } from './effective.ts';
import type { Dockerfile, Instruction } from './model.ts';
import type { ShellCommand } from './shellModel.ts';

/** Farther back nobody looks: generated files stay linear. */
const reach = 500;

/** Instructions before an offset in a stage and in the stages that it stands on, nearest first. */
function* instructionsBefore(file: Dockerfile, stage: number, offset: number): Generator<Instruction> {
  let left = reach;
  for (let at = file.stages[stage]; at; at = at.parent) {
    let i = countBefore(at.instructions, offset);
    for (; i > 0 && left > 0; left--) {
      const instruction = at.instructions[--i];
      if (instruction) yield instruction;
    }
  }
}

/** How many instructions start before the offset; they are in order. */
function countBefore(instructions: readonly Instruction[], offset: number): number {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The effective user and folder where a command runs; undefined in files too long to go through for every command. */
export function stateBefore({ file, standards }: StateSource, { run, stage }: PlacedCommand): EffectiveState | undefined {
  const place = file.stages[stage];
  return place && file.instructions.length <= reach ? effectiveAt(file, place, run.start, standards) : undefined;
}

interface StateSource {
  readonly file: Dockerfile;
  readonly standards?: Standards;
}

/**
 * Value of an environment variable where a command runs: given with the command, exported before it in its RUN, set by ENV,
 * by an ARG of the stage, or by `base` (what the image of the catalogue sets). Variables inside are not expanded.
 */
export function variableAt(
  file: Dockerfile,
  placed: PlacedCommand,
  name: string,
  base: Readonly<Record<string, string>> = {},
): string | undefined {
  const { command, run, stage } = placed;
  const own = [...earlierExports(placed), ...command.assignments].findLast((assignment) => assignment.name === name)?.value;
  if (own !== undefined) return own;
  const given = command.prefixes.find((word) => word.value.startsWith(`${name}=`));
  if (given) return given.value.slice(name.length + 1);
  for (const instruction of instructionsBefore(file, stage, run.start)) {
    if (instruction.kind !== 'ENV' && (instruction.kind !== 'ARG' || instruction.stage !== stage)) continue;
    const pair = instruction.pairs.findLast((candidate) => candidate.name.value === name);
    if (pair?.value) return pair.value.value;
  }
  return Object.hasOwn(base, name) ? base[name] : undefined;
}

function earlierExports({ command, run }: PlacedCommand): ShellCommand['assignments'] {
  return run.script.commands.flatMap(({ name, assignments, start, scope }) =>
    name === 'export' && start < command.start && scope === command.scope ? assignments : [],
  );
}

/** So many characters before a command are looked through. */
const window = 20_000;

/** True when an earlier command (or a file copied to a matching path) may have set what `pattern` tells, before a command runs. */
export function writtenBefore(file: Dockerfile, { command, run, stage }: PlacedCommand, pattern: RegExp, path: RegExp): boolean {
  if (pattern.test(file.text.slice(Math.max(run.start, command.start - window), command.start))) return true;
  let left = window;
  for (const instruction of instructionsBefore(file, stage, run.start)) {
    if (left <= 0) return false;
    left -= 40;
    if (instruction.kind === 'RUN') {
      left -= instruction.end - instruction.start;
      if (pattern.test(file.text.slice(instruction.start, Math.min(instruction.end, instruction.start + window)))) return true;
    }
    if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD') continue;
    if (path.test(instruction.destination?.value ?? '') || instruction.sources.some(({ value }) => path.test(value))) return true;
    if (instruction.heredocs.some(({ body }) => pattern.test(file.text.slice(body.start, Math.min(body.end, body.start + window)))))
      return true;
  }
  return false;
}
