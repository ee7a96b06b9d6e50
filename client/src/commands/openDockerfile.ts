import { fail } from '../errors.ts';
import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Opens the Dockerfile that an image of the catalogue is built from, or that of a service. */
export const openDockerfile: Command = {
  contribution: {
    id: 'waybill.dockerfile.open',
    title: 'Open Dockerfile',
    icon: 'file-code',
    palette: false,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('baseImages', 'source'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('baseImages', '(source|service)'), group: '2_look@2' },
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@6' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = model.services.find((candidate) => candidate.id === subject.service);
    if (service) return context.ui.openLocation({ uri: service.dockerfileUri, range: start });
    const image = await chooseImage(context, catalogueOf(model), subject, 'Open Dockerfile');
    if (!image) return;
    if (!image.dockerfileUri) {
      throw fail(
        'configuration',
        `The Dockerfile of \`${image.name}\` is not in this workspace.`,
        'Add the folder that holds it, and name it under `source` in the standards.',
      );
    }
    await context.ui.openLocation({ uri: image.dockerfileUri, range: start });
  },
};
