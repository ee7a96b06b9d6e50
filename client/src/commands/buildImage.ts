import { buildImage as build } from '../delivery/build.ts';
import { megabytes, shortTag } from '../tree/words.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { runDelivery } from './contract/delivery.ts';

/** Builds a service's image on a builder of its pool. */
export const buildImage: Command = {
  contribution: {
    id: 'waybill.image.build',
    title: 'Build Image',
    icon: 'package',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: 'inline@1' },
      { menu: 'explorer/context', when: 'resourceFilename == waybill.yaml && isWorkspaceTrusted', group: '5_waybill@1' },
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '1_run@1' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Build Image');
    if (!service) return;
    const ports = await context.ports();
    let text = '';
    const built = await runDelivery(context.ui, { verb: 'Build', service: service.name }, service, ({ report, signal }) => {
      const tell: typeof report = (event) => {
        if (event.type === 'built') text = event.text;
        report(event);
      };
      return build(ports, { service: service.id }, tell, signal);
    });
    const { image } = built;
    const facts = `${megabytes(image.size)}, ${image.seconds.toFixed(1)} s, ${image.steps.cached} steps from the cache`;
    context.ui.inform(`${service.name} was built on ${built.member.name}: ${shortTag(built.tag)} (${facts}).`, [
      { label: 'Show Report', run: () => context.ui.openText(`Build of ${service.name}`, 'plaintext', text) },
      { label: 'Release…', run: () => context.runCommand('waybill.service.release', { service: service.id }) },
    ]);
  },
};
