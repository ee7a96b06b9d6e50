import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { effectiveOf } from './contract/effective.ts';

/** Opens the merged configuration of a service in an environment, each line with its origin. */
export const openEffective: Command = {
  contribution: {
    id: 'waybill.configuration.openEffective',
    title: 'Open Effective Configuration',
    icon: 'preview',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@2' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@5' },
      { menu: 'editor/title', when: 'resourceLangId == waybill-service', group: 'navigation@5' },
    ],
  },
  async run(context, subject) {
    const verb = 'Open Effective Configuration';
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, verb);
    if (!service) return;
    const environment = await chooseEnvironment(context, model, service, subject, { verb, fits: () => undefined });
    if (!environment) return;
    const answer = await effectiveOf(context, service, environment.name);
    await context.ui.openText(`${service.name} in ${environment.name}`, 'yaml', answer.text, answer.origins);
    const errors = answer.problems.filter((problem) => problem.severity === 'error');
    if (errors[0]) context.ui.warn(errors.map((problem) => problem.message).join(' '), []);
  },
};
