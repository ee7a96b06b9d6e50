import type { EffectiveState } from './effective.ts';
import type { Dockerfile } from './model.ts';

interface Known {
  readonly file: Dockerfile;
  readonly states: readonly EffectiveState[];
}

/** For each stage, by index: does it begin below a WORKDIR, that of a stage that it stands on or of a base image in the catalogue? */
export function stagesWithWorkdir({ file, states }: Known): readonly boolean[] {
  const begins: boolean[] = [];
  const ends: boolean[] = [];
  for (const { index, parent, instructions } of file.stages) {
    const root = states[index]?.root;
    const known = root?.kind === 'image' && root.catalogue?.image.config?.workdir !== undefined;
    const set = known || (parent !== undefined && ends[parent.index] === true);
    begins.push(set);
    ends.push(set || instructions.some(({ kind }) => kind === 'WORKDIR'));
  }
  return begins;
}

/** True for absolute paths of any system, and for paths whose beginning a variable decides. */
export function isRooted(path: string): boolean {
  return /^(?:[/\\$%]|[A-Za-z]:)/.test(path);
}
