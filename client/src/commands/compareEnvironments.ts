import { fail } from '../errors.ts';
import { environmentsOf } from '../state/releaseLists.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { effectiveOf } from './contract/effective.ts';

/** Opens the effective configurations of a service in two environments as a diff. */
export const compareEnvironments: Command = {
  contribution: {
    id: 'waybill.configuration.compare',
    title: 'Compare Environments…',
    icon: 'diff',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@3' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@6' },
    ],
  },
  async run(context, subject) {
    const verb = 'Compare Environments';
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, verb);
    if (!service) return;
    if (environmentsOf(model, service).length < 2) {
      throw fail(
        'configuration',
        `\`${service.product}\` has fewer than two environments: there is nothing to compare.`,
        'Describe its environments in waybill.environments.yaml.',
      );
    }
    const left = await chooseEnvironment(context, model, service, subject, { verb, fits: () => undefined });
    if (!left) return;
    const rest = { ...model, environments: model.environments.filter((environment) => environment !== left) };
    const right = await chooseEnvironment(
      context,
      rest,
      service,
      { service: service.id },
      { verb: `${verb}: ${left.name} with`, fits: () => undefined },
    );
    if (!right) return;
    const [one, other] = [await effectiveOf(context, service, left.name), await effectiveOf(context, service, right.name)];
    const shown = (name: string, { plain, text, origins }: typeof one) => ({
      name: `${service.name} in ${name} (compared)`,
      text: plain ?? text,
      ...(origins ? { origins } : {}),
    });
    await context.ui.openDiff(`${service.name}: ${left.name} ↔ ${right.name}`, 'yaml', shown(left.name, one), shown(right.name, other));
  },
};
