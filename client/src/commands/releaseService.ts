import { entryEnvironments } from '../delivery/find.ts';
import { buildGates } from '../delivery/gates.ts';
import { releaseTo } from '../delivery/release.ts';
import { fail } from '../errors.ts';
import { releaseName } from '../tree/services.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { deploymentEnd, planQuestions, runDelivery, tellOutcome } from './contract/delivery.ts';

/** Builds, pushes, verifies the digest and deploys to an environment that takes builds. */
export const releaseService: Command = {
  contribution: {
    id: 'waybill.service.release',
    title: 'Release…',
    icon: 'tag',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('services', 'service'), group: 'inline@2' },
      { menu: 'explorer/context', when: 'resourceFilename == waybill.yaml && isWorkspaceTrusted', group: '5_waybill@2' },
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '1_run@2' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Release');
    if (!service) return;
    const takers = entryEnvironments(model, service);
    if (takers.length === 0) {
      throw fail(
        'configuration',
        `No environment of \`${service.product}\` takes builds.`,
        'Give one of them `promote: { from: [] }` in waybill.environments.yaml.',
      );
    }
    const ports = await context.ports();
    const [only] = takers;
    const environment =
      takers.length === 1 && !subject.environment
        ? only
        : await chooseEnvironment(context, { ...model, environments: takers }, service, subject, {
            verb: 'Release',
            fits: (candidate) => buildGates(candidate, ports.clock.now())[0]?.message,
          });
    if (!environment) return;
    const task = { verb: 'Release', service: service.name, environment: environment.name };
    const released = await runDelivery(
      context.ui,
      task,
      service,
      ({ report, signal }) =>
        releaseTo(ports, { service: service.id, environment: environment.name }, planQuestions(context), report, signal),
      ({ deployed }) => deploymentEnd(deployed),
    );
    await context.state.releases.refresh(model);
    await tellOutcome(context, { service, environment, release: releaseName(released.release) }, released.deployed);
  },
};
