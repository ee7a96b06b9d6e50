import { prepareEnvironment as prepare } from '../delivery/prepare.ts';
import { currentModel } from './contract/choose.ts';
import { chooseEnvironmentAlone, onCluster } from './contract/chooseEnvironmentAlone.ts';
import { type Command, onRow } from './contract/command.ts';
import { planQuestions } from './contract/delivery.ts';

/** Gives an environment its namespace, quota, limits and network policies, by a plan. */
export const prepareEnvironment: Command = {
  contribution: {
    id: 'waybill.environment.prepare',
    title: 'Prepare Environment…',
    icon: 'tools',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'environment', 'compose'), group: '6_change@3' }],
  },
  async run(context, subject) {
    const { ui } = context;
    const environment = await chooseEnvironmentAlone(context, await currentModel(context), subject, 'Prepare Environment', onCluster);
    if (!environment) return;
    const ports = await context.ports();
    const task = { verb: 'Prepare', service: environment.product, environment: environment.name };
    const { result } = await ui.run(task, (progress, signal) =>
      prepare(
        ports,
        environment,
        planQuestions(context),
        (event) => {
          if (event.type === 'plan' && event.plan.refusals.length > 0) void ui.showPlan(event.plan, false);
          if (event.type === 'stage') progress(event.message);
          if (event.type === 'deploy') progress(event.event.message);
        },
        signal,
      ),
    );
    if (!result) return;
    if (result.outcome === 'Succeeded') ui.inform(result.message, []);
    else ui.warn(`${environment.name} could not be prepared: ${result.message}`, []);
  },
};
