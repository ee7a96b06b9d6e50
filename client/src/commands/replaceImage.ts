import type { CatalogueModel, ImageSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { catalogueOf, chooseImage, imageChoice } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import type { FileEdit } from './contract/ui.ts';

/** Puts another image in the place of one, wherever the workspace names it; the editor shows every edit before it is made. */
export const replaceImage: Command = {
  contribution: {
    id: 'waybill.image.replace',
    title: 'Replace Image Everywhere…',
    icon: 'replace-all',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('baseImages', 'used'), group: '6_change@1' }],
  },
  async run(context, subject) {
    const catalogue = catalogueOf(await currentModel(context));
    const old = await chooseImage(context, catalogue, subject, 'Replace Image Everywhere');
    if (!old) return;
    const candidates = replacements(catalogue, old);
    if (candidates.length === 0) {
      throw fail(
        'configuration',
        `The standards have no other image that could stand where \`${old.name}\` stands.`,
        'Describe its successor in waybill.standards.yaml.',
      );
    }
    if (old.uses.length === 0) return context.ui.inform(`Nothing in this workspace uses \`${old.name}\`.`, []);
    const replacement = await context.ui.pick({
      title: `Replace ${old.name} everywhere`,
      placeholder: 'By which image?',
      choices: candidates.map((image) =>
        image.name === old.deprecated?.replacedBy
          ? { ...imageChoice(image), detail: 'the standards name it as the successor' }
          : imageChoice(image),
      ),
    });
    if (replacement) await context.ui.previewEdits(`Replace ${old.name} by ${replacement.name}`, replacementEdits(old, replacement));
  },
};

/** Images of the same layer and standards that are pinned: the named successor first, deprecated and ended ones not at all. */
export function replacements(catalogue: CatalogueModel, old: ImageSummary): readonly ImageSummary[] {
  const fits = catalogue.images.filter(
    (image) =>
      image.id !== old.id &&
      image.layer === old.layer &&
      image.standards === old.standards &&
      image.tag &&
      !image.ended &&
      !image.deprecated,
  );
  const rank = (image: ImageSummary) => (image.name === old.deprecated?.replacedBy ? 0 : 1);
  return [...fits].sort((one, other) => rank(one) - rank(other));
}

/** Dockerfiles get the whole reference with its digest, manifests the name of the entry. */
export function replacementEdits(old: ImageSummary, replacement: ImageSummary): readonly FileEdit[] {
  return old.uses.map(({ kind, location }) => ({ location, text: kind === 'name' ? replacement.name : replacement.reference }));
}
