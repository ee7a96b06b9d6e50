import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Lists every FROM, `--from=` and `build.base` that names an image. */
export const showImageUsers: Command = {
  contribution: {
    id: 'waybill.image.showUsers',
    title: 'Show Who Uses It',
    icon: 'references',
    palette: false,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('baseImages', 'used'), group: 'inline@2' },
      { menu: 'view/item/context', when: onRow('baseImages', 'used'), group: '2_look@3' },
    ],
  },
  async run(context, subject) {
    const image = await chooseImage(context, catalogueOf(await currentModel(context)), subject, 'Show Who Uses It');
    if (!image) return;
    if (image.uses.length === 0) return context.ui.inform(`Nothing in this workspace uses \`${image.name}\`.`, []);
    await context.ui.showPlaces(
      image.location,
      image.uses.map((use) => use.location),
    );
  },
};
