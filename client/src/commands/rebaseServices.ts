import { planRebases, rebaseServices as rebase } from '../delivery/rebase.ts';
import { rebaseText } from '../delivery/rebaseText.ts';
import { fail } from '../errors.ts';
import { counted } from '../tree/words.ts';
import { catalogueOf, chooseImage } from './contract/catalogue.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Moves the services of a base line to its newest image, in the registry alone, after their table was shown. */
export const rebaseServices: Command = {
  contribution: {
    id: 'waybill.image.rebase',
    title: 'Rebase Services…',
    icon: 'layers-active',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('baseImages', 'rebasable'), group: '6_change@2' }],
  },
  async run(context, subject) {
    const catalogue = catalogueOf(await currentModel(context));
    const images = catalogue.images.filter(
      ({ layer, previous, rebase: how }) => layer === 'base' && previous.length > 0 && how !== 'never',
    );
    if (images.length === 0) {
      throw fail(
        'configuration',
        'No base image of the standards has an earlier version that services could be moved from.',
        'Build or register a newer image of a line first: what is `current` becomes `previous`.',
      );
    }
    const image = await chooseImage(context, { ...catalogue, images }, subject, 'Rebase Services');
    if (!image) return;
    const ports = await context.ports();
    const task = { verb: 'Rebase', service: image.name };
    const table = await context.ui.run(task, (progress, signal) =>
      planRebases(ports, { line: image.id }, (event) => event.type === 'stage' && progress(event.message), signal),
    );
    await context.ui.openText(`Rebase onto ${image.name}`, 'plaintext', rebaseText(table));
    const ready = table.rows.filter(({ state }) => state === 'ready');
    if (ready.length === 0) return context.ui.inform(`No service of ${image.name} can be rebased; the document says why.`, []);
    const detail = 'Each becomes a release of its own with a new tag. Nothing is deployed.';
    if (
      !(await context.ui.confirm(
        `Rebase ${counted(ready.length, 'service')} onto ${[image.name, image.tag].filter(Boolean).join(' ')}?`,
        detail,
        'Rebase',
      ))
    )
      return;
    const done = await context.ui.run(task, (progress, signal) =>
      rebase(ports, table, (event) => event.type === 'stage' && progress(event.message), signal),
    );
    const failed = done.filter(({ error }) => error !== undefined);
    if (failed.length === 0)
      context.ui.inform(`${counted(done.length, 'service')} rebased onto ${image.name}; deploy the releases as usual.`, []);
    else
      context.ui.warn(
        `${failed.length} of ${done.length} could not be rebased: ${failed.map(({ service, error }) => `${service}: ${error}`).join('; ')}`,
        [],
      );
  },
};
