import { buildBaseImage as build } from '../delivery/baseImage.ts';
import { counted } from '../tree/words.ts';
import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { writeCatalogue } from './contract/catalogueChange.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Builds an OS or base image of the standards, pushes it, and writes its tag and digest into them. */
export const buildBaseImage: Command = {
  contribution: {
    id: 'waybill.image.buildBase',
    title: 'Build Base Image…',
    icon: 'tools',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('baseImages', 'source'), group: '1_run@1' }],
  },
  async run(context, subject) {
    const catalogue = catalogueOf(await currentModel(context));
    const built = catalogue.images.filter(({ layer, dockerfileUri }) => layer !== 'builder' && dockerfileUri !== undefined);
    const image = await chooseImage(context, { ...catalogue, images: built }, subject, 'Build Base Image');
    if (!image) return;
    const { spec } = await context.documents.baseImage(image.id, AbortSignal.timeout(30_000));
    const tag = await context.ui.input({
      title: `Build ${image.name}`,
      prompt: `New tag; the current one is ${image.tag ?? 'not known'}.`,
      value: spec?.tagTemplate ?? '',
      problem: (text) => (/^\w[\w.-]{0,127}$/.test(text) ? undefined : 'A tag is letters, digits, `_`, `.` and `-`.'),
    });
    if (!tag) return;
    const ports = await context.ports();
    const done = await context.ui.run({ verb: 'Build', service: image.name }, (progress, signal) =>
      build(
        ports,
        { image: image.id, tag },
        (event) => {
          if (event.type === 'stage') progress(event.message);
          if (event.type === 'build' && event.event.type === 'step') progress(event.event.name);
        },
        signal,
      ),
    );
    await writeCatalogue(context, { change: 'pin', image: image.id, tag: done.tag, digest: done.push.digest });
    const [count, what] = image.layer === 'os' ? [done.above.length, 'base image'] : [image.services.length, 'service'];
    context.ui.inform(
      `${image.name} is ${done.tag} now. ${counted(count, what)} on it ${count === 1 ? 'keeps' : 'keep'} the earlier image for now.`,
      [],
    );
  },
};
