import { fail } from '../errors.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Writes the Dockerfile of a service's own layer: its base image, what its build makes, its ports and labels. */
export const createDockerfile: Command = {
  contribution: {
    id: 'waybill.dockerfile.create',
    title: 'Generate Dockerfile',
    icon: 'file-code',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '6_change@1' },
      { menu: 'explorer/context', when: 'resourceFilename =~ /^waybill\\.ya?ml$/i', group: '5_waybill@8' },
    ],
  },
  async run(context, subject) {
    const { ui, authoring } = context;
    const service = await chooseService(context, await currentModel(context), subject, 'Generate Dockerfile');
    if (!service) return;
    const created = await authoring.createDockerfile(service.location.uri, AbortSignal.timeout(30_000));
    if ('problem' in created) throw fail('configuration', created.problem, 'Mend waybill.yaml, then run this again.');
    if (created.exists) {
      ui.inform(`${service.name} has a Dockerfile already: it was left as it is. What would be generated is shown beside it.`, []);
      return ui.openText(`Dockerfile of ${service.name}`, 'dockerfile', created.text);
    }
    await ui.createFiles([created]);
    if (created.report.length > 0) ui.warn(`The Dockerfile of ${service.name} is there. ${created.report.join(' ')}`, []);
  },
};
