import { fail } from '../errors.ts';

/** How many layers of an image are the OS's, the base's own, and the service's own. */
export interface LayerCounts {
  readonly os: number;
  readonly base: number;
  readonly app: number;
}

/**
 * Proves that an image stands on its base, and the base on its OS, by `RootFS.Layers`: each list begins with the one below it.
 * Throws `refused` (`base/not-inherited`) when someone flattened or exchanged a layer.
 */
export function proveLayers(image: readonly string[], base: readonly string[], os: readonly string[]): LayerCounts {
  if (!beginsWith(base, os)) throw notInherited('base image', 'OS image');
  if (!beginsWith(image, base)) throw notInherited('image', 'base image');
  return { os: os.length, base: base.length - os.length, app: image.length - base.length };
}

function beginsWith(layers: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((layer, index) => layers[index] === layer);
}

function notInherited(upper: string, lower: string): Error {
  return fail(
    'refused',
    `The layers of the ${upper} do not begin with those of its ${lower} (\`base/not-inherited\`).`,
    `Build it \`FROM\` the ${lower} that the standards name, without squashing.`,
  );
}
