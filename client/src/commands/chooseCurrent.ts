import { fail } from '../errors.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Makes one environment the current one: the status bar shows it, and questions offer it first. */
export const chooseCurrent: Command = {
  contribution: {
    id: 'waybill.environment.choose',
    title: 'Choose Current Environment',
    icon: 'server-environment',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'environment'), group: '6_change@1' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    if (model.environments.length === 0) {
      throw fail('configuration', 'There is no environment in this workspace.', 'Describe the first in waybill.environments.yaml.');
    }
    const named = model.environments.find((environment) => environmentKey(environment) === subject.environment);
    const chosen =
      named ??
      (await context.ui.pick({
        title: 'Current Environment',
        placeholder: 'Which one is offered first?',
        choices: model.environments.map((environment) => ({
          label: environment.name,
          description: environment.product,
          icon: environment.protected.on ? 'lock' : 'server-environment',
          value: environment,
        })),
      }));
    if (chosen) context.state.current.set(environmentKey(chosen));
  },
};
