import { effectiveStages } from '../dockerfile/effective.ts';
import type { Dockerfile, Stage } from '../dockerfile/model.ts';
import type { CatalogueImage } from '../standards/model.ts';
import { textAt } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';

/** What the Dockerfile of a service says of the image that runs. */
export interface DockerfileFacts {
  readonly file: Dockerfile;
  /** The target and the stages that it stands on. */
  readonly stages: readonly Stage[];
  /** Variables of the image that runs, those of the base image included. */
  readonly env: ReadonlyMap<string, string>;
  /** The registered image that it stands on. */
  readonly image?: CatalogueImage;
  /** True when it stands on `scratch`, or on an image whose configuration the standards have: nothing else is in it. */
  readonly complete: boolean;
}

/** Reads the stage that `build.target` names, or the last one; undefined without a Dockerfile in the workspace. */
export function dockerfileFacts({ dockerfile, standards, yaml }: ManifestContext): DockerfileFacts | undefined {
  const file = dockerfile?.();
  const target = textAt(yaml.root, 'build', 'target');
  const stage =
    target === undefined ? file?.stages.at(-1) : file?.stages.find((one) => one.name === target.toLowerCase() || one.name === target);
  if (!file || !stage) return undefined;
  const stages: Stage[] = [];
  for (let one: Stage | undefined = stage; one; one = one.parent) stages.push(one);
  const state = effectiveStages(file, standards)[stage.index];
  const image = state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
  return {
    file,
    stages,
    env: state?.env ?? new Map(),
    ...(image ? { image } : {}),
    complete: state?.root.kind === 'scratch' || image?.config !== undefined,
  };
}
