import { buildBaseImage as build } from '../delivery/baseImage.ts';
import { fail } from '../errors.ts';
import { counted } from '../tree/words.ts';
import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { writeCatalogue } from './contract/catalogueChange.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { runDelivery } from './contract/delivery.ts';

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
    if (built.length === 0) {
      throw fail(
        'configuration',
        'No image of the standards says how it is built.',
        'Name its Dockerfile under `source` in waybill.standards.yaml.',
      );
    }
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
    const { id, dockerfileUri = '' } = image;
    const done = await runDelivery(context.ui, { verb: 'Build', service: image.name }, { id, dockerfileUri }, ({ report, signal }) =>
      build(ports, { image: id, tag }, report, signal),
    );
    await writeCatalogue(context, { change: 'pin', image: id, tag: done.tag, digest: done.push.digest });
    const [count, what] = image.layer === 'os' ? [done.above.length, 'base image'] : [image.services.length, 'service'];
    const above = count === 0 ? '' : ` ${counted(count, what)} on it ${count === 1 ? 'keeps' : 'keep'} the earlier image for now.`;
    const rebase = { label: 'Rebase Services…', run: () => context.runCommand('waybill.image.rebase', { image: id }) };
    context.ui.inform(
      `${image.name} is ${done.tag} in the standards now; save them.${above}`,
      what === 'service' && count > 0 ? [rebase] : [],
    );
  },
};
