import { chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Opens the service's `waybill.yaml` at its name, or the environment in its file. */
export const openManifest: Command = {
  contribution: {
    id: 'waybill.manifest.open',
    title: 'Open Manifest',
    icon: 'go-to-file',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@5' },
      { menu: 'view/item/context', when: onRow('baseImages', 'service'), group: '2_look@1' },
      { menu: 'view/item/context', when: onRow('environments', '(environment|workload)'), group: '2_look@7' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const environment = model.environments.find((candidate) => `${candidate.product}/${candidate.name}` === subject.environment);
    if (environment && !subject.service) return context.ui.openLocation(environment.location);
    const service = await chooseService(context, model, subject, 'Open Manifest');
    if (service) await context.ui.openLocation(service.location);
  },
};
