import type { Instruction, Stage } from './model.ts';

/** The instruction type that a keyword stands for. */
export type OfKind<K, I = Instruction> = I extends Instruction ? ([K & I['kind']] extends [never] ? never : I) : never;

/** Instructions of the wanted kinds in the order of the file, those that wait in ONBUILD included. */
export function instructionsOf<K extends Instruction['kind']>(instructions: readonly Instruction[], ...kinds: readonly K[]): OfKind<K>[] {
  const wanted = new Set<string>(kinds);
  const isWanted = (instruction: Instruction): instruction is OfKind<K> => wanted.has(instruction.kind);
  const found: OfKind<K>[] = [];
  for (const instruction of instructions) {
    const inner = instruction.kind === 'ONBUILD' && !wanted.has('ONBUILD') ? instruction.trigger : instruction;
    if (inner && isWanted(inner)) found.push(inner);
  }
  return found;
}

/** The same without what waits in ONBUILD: what this very build does. */
export function ownInstructionsOf<K extends Instruction['kind']>(stage: Stage, ...kinds: readonly K[]): OfKind<K>[] {
  return instructionsOf(
    stage.instructions.filter(({ kind }) => kind !== 'ONBUILD'),
    ...kinds,
  );
}
