import { planRelease } from '../delivery/deploy.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { chooseDestination } from './contract/chooseRelease.ts';
import { type Command, onRow } from './contract/command.ts';
import { runDelivery } from './contract/delivery.ts';

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
  },
};
