import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Copies `repository:tag@digest` of a catalogue image, as a FROM line names it. */
export const copyReference: Command = {
  contribution: {
    id: 'waybill.image.copyReference',
    title: 'Copy Reference',
    icon: 'copy',
    palette: false,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('baseImages', 'image'), group: '3_copy@1' }],
  },
  async run(context, subject) {
    const image = await chooseImage(context, catalogueOf(await currentModel(context)), subject, 'Copy Reference');
    if (image) await context.ui.copy(image.reference);
  },
};
