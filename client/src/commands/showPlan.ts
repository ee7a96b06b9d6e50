import { adopt, adoptableOf } from '../delivery/choices.ts';
import { type PreparedDeployment, planRelease } from '../delivery/deploy.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { chooseDestination } from './contract/chooseRelease.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { planQuestions, runDelivery } from './contract/delivery.ts';

/** Shows what deploying a release would change; nothing is written. */
export const showPlan: Command = {
  contribution: {
    id: 'waybill.plan.show',
    title: 'Show Plan…',
    icon: 'diff',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('services', '(service|release)'), group: '2_look@1' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@4' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Show Plan');
    if (!service) return;
    const ports = await context.ports();
    const destination = await chooseDestination(context, ports, model, service, subject, 'Show Plan');
    if (!destination) return;
    const { environment, release } = destination;
    const task = { verb: 'Plan', service: service.name, environment: environment.name };
    const order = { service: service.id, environment: environment.name, release: release.id };
    const prepared = await runDelivery(context.ui, task, service, ({ report, signal }) => planRelease(ports, order, report, signal));
    await context.ui.showPlan(prepared.plan, false);
    offerAdoption(context, prepared);
  },
};

/** Others hold fields that the manifest can name: their values are written into it, and the plan is shown anew. */
function offerAdoption(context: CommandContext, prepared: PreparedDeployment): void {
  const adoptable = adoptableOf(prepared);
  if (adoptable.length === 0) return;
  const { plan } = prepared;
  const paths = adoptable.map(({ path }) => path).join(', ');
  const run = async (): Promise<void> => {
    const adopted = await adopt(prepared, adoptable, planQuestions(context), () => undefined, AbortSignal.timeout(60_000));
    await context.ui.showPlan(adopted.plan, false);
  };
  context.ui.inform(`Others set ${paths} of ${plan.service} in ${plan.environment}.`, [{ label: 'Write Theirs into waybill.yaml', run }]);
}
