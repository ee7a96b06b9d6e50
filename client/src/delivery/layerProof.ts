import { fail } from '../errors.ts';

/** How many layers of an image are the OS's, the base's own, and the service's own. */
export interface LayerCounts {
  readonly os: number;
  readonly base: number;
  readonly app: number;
}

/**
 * Proves by `RootFS.Layers` that an image stands on its base: the image's list begins with the base's. Throws `refused`
 * (`base/not-inherited`) when someone flattened or exchanged a layer. The OS counts as those layers of the base that one of `os`, the
 * known versions of the OS image, begins it with; 0 when none does: a base may stand on a version that the catalogue has forgotten.
 */
export function proveLayers(image: readonly string[], base: readonly string[], os: readonly (readonly string[])[]): LayerCounts {
  if (!beginsWith(image, base)) {
    throw fail(
      'refused',
      'The layers of the image do not begin with those of its base image (`base/not-inherited`).',
      'Build it `FROM` the base image that the standards name, without squashing.',
    );
  }
  const under = os.find((version) => beginsWith(base, version))?.length ?? 0;
  return { os: under, base: base.length - under, app: image.length - base.length };
}

function beginsWith(layers: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((layer, index) => layers[index] === layer);
}
