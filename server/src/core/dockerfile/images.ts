import { imageReference } from './imageReference.ts';
import type { Dockerfile, ImageReference, Stage } from './model.ts';
import { sourceStage, stageReferences } from './stageReferences.ts';

/** An image that a file takes from a registry, and by what. */
export interface UsedImage extends ImageReference {
  readonly place: 'FROM' | 'COPY' | 'mount';
  readonly stage: Stage;
}

/** All images that a file names: FROM, `COPY --from=`, `RUN --mount=from=`; stages, numbers and `scratch` are none. */
export function imagesOf(file: Dockerfile, references = stageReferences(file)): readonly UsedImage[] {
  const found: UsedImage[] = [];
  for (const stage of file.stages) {
    const image = stage.from.image;
    if (image && !stage.parent && image.resolved !== 'scratch') found.push({ ...image, place: 'FROM', stage });
  }
  for (const reference of references) {
    const stage = file.stages[reference.stage];
    const { value, instruction, start, end } = reference;
    if (!stage || /^\d+$/.test(value) || value === 'scratch' || value === 'context' || sourceStage(file, reference)) continue;
    // The name of a later stage is a mistake of its own, and a plain word may be a named context of the build.
    if (file.stages.some(({ name }) => name?.toLowerCase() === value.toLowerCase())) continue;
    const image = imageReference({ text: value, value, start, end }, (name) => file.globalArgs.get(name), file.escapeMark);
    found.push({ ...image, place: instruction.kind === 'RUN' ? 'mount' : 'COPY', stage });
  }
  return found;
}
