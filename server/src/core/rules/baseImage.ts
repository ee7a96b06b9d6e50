import type { Location } from '../../protocol.ts';
import type { CatalogueMatch } from '../dockerfile/catalogue.ts';
import type { ImageReference, Instruction } from '../dockerfile/model.ts';
import type { DockerfileContext } from './context.ts';
import { rootOfTarget } from './context.ts';
import type { Report } from './rule.ts';

/** The image under the target: as written, resolved, and in the catalogue. */
export interface BaseImage {
  readonly written: ImageReference;
  readonly reference: string;
  readonly match?: CatalogueMatch;
}

/** Undefined for `scratch` and for references that no default settles. */
export function baseImage(context: DockerfileContext): BaseImage | undefined {
  const state = rootOfTarget(context);
  const written = state?.rootStage.from.image;
  if (!written || state.root.kind !== 'image') return undefined;
  const { reference, catalogue } = state.root;
  return { written, reference, ...(catalogue ? { match: catalogue } : {}) };
}

/** Own instructions of the stages that end up in the image, in the order of their building; ONBUILD is another build's. */
export function shippedInstructions(context: DockerfileContext): readonly Instruction[] {
  return context.shipped();
}

type Related = NonNullable<Report['related']>;

/** The line of the standards that demands something, as related information; nothing when it is not there. */
export function demandedBy(context: DockerfileContext, path: string, message = 'The standards say so here'): Related {
  const location = context.standards?.policy.places?.get(path);
  return location ? [{ location, message }] : [];
}

/** Where the base image's own Dockerfile has an instruction, else its entry in the standards. */
export function setByBase(context: DockerfileContext, wanted: (instruction: Instruction) => boolean, what: string): Related {
  const image = baseImage(context)?.match?.image;
  if (!image) return [];
  const file = context.sourceOf?.(image);
  const found = file?.instructions.findLast(wanted);
  const location: Location = file && found ? { uri: file.uri, range: file.index.range(found.start, found.headEnd) } : image.location;
  return [{ location, message: `\`${image.name}\` ${what}` }];
}
