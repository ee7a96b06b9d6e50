import type { CatalogueModel, ImageSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { Subject } from '../../tree/node.ts';
import { counted, dotted } from '../../tree/words.ts';
import type { CommandContext } from './command.ts';
import type { Choice } from './ui.ts';

/** The images and components of the standards; `configuration` when no standards are in the workspace. */
export function catalogueOf(model: WorkspaceModel): CatalogueModel {
  if (model.catalogue && model.catalogue.images.length + model.catalogue.components.length > 0) return model.catalogue;
  throw fail(
    'configuration',
    'There are no standards in this workspace: no waybill.standards.yaml with images was found.',
    'Open the folder that holds the standards, or describe the images in waybill.standards.yaml.',
  );
}

/** The image that the subject names, else the one that the user picks. */
export async function chooseImage(
  context: CommandContext,
  catalogue: CatalogueModel,
  subject: Subject,
  verb: string,
): Promise<ImageSummary | undefined> {
  const named = catalogue.images.find((image) => image.id === subject.image);
  if (named) return named;
  return context.ui.pick({ title: verb, placeholder: 'Which image?', choices: catalogue.images.map(imageChoice) });
}

/** An image as quick picks show it. */
export function imageChoice(image: ImageSummary): Choice<ImageSummary> {
  const state = dotted(image.ended && `ended ${image.eol}`, image.deprecated && 'deprecated');
  return {
    label: image.name,
    description: dotted(image.tag, state, image.standards),
    ...(image.uses.length > 0 ? { detail: `named in ${counted(image.uses.length, 'place')}` } : {}),
    icon: state ? 'warning' : image.layer === 'os' ? 'layers' : 'layers-active',
    value: image,
  };
}
