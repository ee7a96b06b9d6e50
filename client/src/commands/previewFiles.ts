import { previewFiles as preview } from '../delivery/eject.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Shows what a deployment amounts to in the words of the target: Kubernetes YAML or a Compose file. */
export const previewFiles: Command = {
  contribution: {
    id: 'waybill.files.preview',
    title: 'Preview Generated Files',
    icon: 'file-code',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('services', '(service|release)'), group: '2_look@12' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@12' },
    ],
  },
  async run(context, subject) {
    const verb = 'Preview Generated Files';
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, verb);
    if (!service) return;
    const environment = await chooseEnvironment(context, model, service, subject, { verb, fits: () => undefined });
    if (!environment) return;
    const ports = await context.ports();
    const order = { service: service.id, environment: environment.name, ...(subject.release ? { release: subject.release } : {}) };
    for (const { path, text } of await preview(ports, order, AbortSignal.timeout(30_000)))
      await context.ui.openText(`${environment.name}/${path}`, 'yaml', text);
  },
};
