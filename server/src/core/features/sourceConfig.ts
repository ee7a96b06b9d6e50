import { type EffectiveState, effectiveStages } from '../dockerfile/effective.ts';
import type { Dockerfile, WordsInstruction } from '../dockerfile/model.ts';
import type { CatalogueImage, ImageConfig, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { parentUri, resolveUri } from '../text/uris.ts';

/** Lower layers first: what stands on an image is read after the image. */
const order: readonly CatalogueImage['layer'][] = ['os', 'builder', 'base'];

/**
 * The standards with the configuration of images that state none taken from their own Dockerfiles, where those lie in the workspace.
 * @param parse the parse of a Dockerfile of the workspace; undefined when it is not there
 */
export function withSourceConfigs(standards: Standards, parse: (uri: string) => Dockerfile | undefined): Standards {
  let known = standards;
  for (const layer of order) {
    const images = known.images.map((image) => (image.layer === layer ? withSourceConfig(image, known, parse) : image));
    if (images.some((image, index) => image !== known.images[index])) known = { ...known, images };
  }
  return known;
}

function withSourceConfig(image: CatalogueImage, standards: Standards, parse: (uri: string) => Dockerfile | undefined): CatalogueImage {
  if (image.config || !image.source) return image;
  const file = parse(resolveUri(resolveUri(parentUri(standards.uri), image.source.context), image.source.dockerfile));
  const state = file && effectiveStages(file, standards).at(-1);
  // Without a user nobody knows what the image inherits; a configuration without one would mean root.
  const user = state?.user?.value ?? image.user?.uid?.toString() ?? image.user?.name;
  return file && state && user !== undefined ? { ...image, config: configOf(file, state, user) } : image;
}

function configOf(file: Dockerfile, state: EffectiveState, user: string): ImageConfig {
  return {
    user,
    ...optional('workdir', state.workdir),
    env: Object.fromEntries(state.env),
    ...optional('shell', lastArray(file, 'SHELL')),
    ...optional('entrypoint', lastArray(file, 'ENTRYPOINT')),
    ...optional('cmd', lastArray(file, 'CMD')),
    ports: [],
    volumes: [],
    labels: {},
  };
}

/** The array of the last such instruction of the final stage; undefined when there is none in that form. */
function lastArray(file: Dockerfile, kind: WordsInstruction['kind']): readonly string[] | undefined {
  const last = file.stages.at(-1)?.instructions.findLast((instruction) => instruction.kind === kind);
  return last?.kind === kind && 'json' in last && last.json ? last.words.map(({ value }) => value) : undefined;
}
