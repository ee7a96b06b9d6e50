import type { EffectiveState } from './effective.ts';
import type { Stage } from './model.ts';

interface Known {
  readonly states: readonly EffectiveState[];
}

/** True when a stage begins below a WORKDIR: that of an earlier stage that it stands on, or of a base image in the catalogue. */
export function hasWorkdir({ states }: Known, stage: Stage): boolean {
  for (let at = stage.parent; at; at = at.parent) {
    if (at.instructions.some(({ kind }) => kind === 'WORKDIR')) return true;
  }
  const root = states[stage.index]?.root;
  return root?.kind === 'image' && root.catalogue?.image.config?.workdir !== undefined;
}

/** True for absolute paths of any system, and for paths whose beginning a variable decides. */
export function isRooted(path: string): boolean {
  return /^(?:[/\\$%]|[A-Za-z]:)/.test(path);
}
