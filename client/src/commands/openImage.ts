import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Opens the entry of an image or a component in the standards. */
export const openImage: Command = {
  contribution: {
    id: 'waybill.image.open',
    title: 'Open Image Definition',
    icon: 'go-to-file',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('baseImages', '(image|component|version|part)'), group: '2_look@1' }],
  },
  async run(context, subject) {
    const catalogue = catalogueOf(await currentModel(context));
    const component = catalogue.components.find((candidate) => candidate.id === subject.component);
    const found = component ?? (await chooseImage(context, catalogue, subject, 'Open Image Definition'));
    if (found) await context.ui.openLocation(found.location);
  },
};
