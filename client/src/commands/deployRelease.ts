import { deployRelease as deploy } from '../delivery/deploy.ts';
import { releaseName } from '../tree/services.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { chooseDestination } from './contract/chooseRelease.ts';
import { type Command, onRow } from './contract/command.ts';
import { planQuestions, runDelivery, tellOutcome } from './contract/delivery.ts';

/** Deploys a release that exists: which one, where, the plan, then the rollout. */
export const deployRelease: Command = {
  contribution: {
    id: 'waybill.release.deploy',
    title: 'Deploy…',
    icon: 'rocket',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('services', '(service|release)'), group: 'inline@3' },
      { menu: 'view/item/context', when: onRow('services', '(service|release)'), group: '1_run@3' },
      { menu: 'view/item/context', when: onRow('environments', '(environment|workload)', 'degraded'), group: 'inline@2' },
      { menu: 'view/item/context', when: onRow('environments', '(environment|workload)'), group: '1_run@1' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Deploy');
    if (!service) return;
    const ports = await context.ports();
    const destination = await chooseDestination(context, ports, model, service, subject, 'Deploy');
    if (!destination) return;
    const { environment, release } = destination;
    const task = { verb: 'Deploy', service: service.name, environment: environment.name };
    const order = { service: service.id, environment: environment.name, release: release.id };
    const deployed = await runDelivery(context.ui, task, service, ({ report, signal }) =>
      deploy(ports, order, planQuestions(context), report, signal),
    );
    await context.state.releases.refresh(model);
    await tellOutcome(context, { service, environment, release: releaseName(release) }, deployed);
  },
};
