import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { type DeployedEnvironment, deployEnvironment as deployAll, type EnvironmentQuestions } from '../delivery/deployEnvironment.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { counted } from '../tree/words.ts';
import { currentModel } from './contract/choose.ts';
import { chooseEnvironmentAlone } from './contract/chooseEnvironmentAlone.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { planQuestions } from './contract/delivery.ts';

/** Deploys all services of a product: the newest releases or those of another environment, by one plan and one confirmation. */
export const deployEnvironment: Command = {
  contribution: {
    id: 'waybill.environment.deploy',
    title: 'Deploy Environment…',
    icon: 'run-all',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'environment'), group: '1_run@2' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const environment = await chooseEnvironmentAlone(context, model, subject, 'Deploy Environment');
    if (!environment) return;
    const others = model.environments.filter((other) => other.product === environment.product && other !== environment);
    const like = await context.ui.pick({
      title: `Deploy all of ${environment.product} to ${environment.name}`,
      placeholder: 'Which releases?',
      choices: [
        { label: 'The newest that may go there', icon: 'tag', value: '' },
        ...others.map(({ name }) => ({ label: `The same as ${name}`, icon: 'copy', value: name })),
      ],
    });
    if (like === undefined) return;
    const ports = await context.ports();
    const order = { environment: environment.name, product: environment.product, ...(like ? { like } : {}) };
    const task = { verb: 'Deploy', service: environment.product, environment: environment.name };
    const deployed = await context.ui.run(task, (progress, signal) =>
      deployAll(
        ports,
        order,
        questions(context),
        (service, event) => {
          if (event.type === 'plan' && service === '' && event.plan.refusals.length > 0) void context.ui.showPlan(event.plan, false);
          const said = event.type === 'stage' ? event.message : event.type === 'deploy' ? event.event.message : undefined;
          if (said !== undefined) progress(service === '' || said.includes(service) ? said : `${service}: ${said}`);
        },
        signal,
      ),
    );
    await context.state.releases.refresh(model);
    tell(context, environment, deployed);
  },
};

function questions(context: CommandContext): EnvironmentQuestions {
  const { ui } = context;
  return {
    ...planQuestions(context),
    goOn: (service, result, left) =>
      ui.confirm(
        `${service}: ${result.message}`,
        `Go on with ${left.join(', ')}? Services that depend on ${service} are left out.`,
        'Go On',
      ),
  };
}

function tell({ ui, runCommand }: CommandContext, environment: EnvironmentSummary, { outcomes }: DeployedEnvironment): void {
  if (outcomes.length === 0) return;
  const bad = outcomes.filter(({ result }) => result?.outcome !== 'Succeeded');
  if (bad.length === 0) {
    ui.inform(`${counted(outcomes.length, 'service')} of ${environment.product} healthy in ${environment.name}.`, []);
    return;
  }
  const why = bad.map(({ service, result, reason }) => `${service}: ${result?.message ?? reason}`).join(' · ');
  ui.warn(`${bad.length} of ${outcomes.length} not deployed to ${environment.name}. ${why}`, [
    { label: 'Show History', run: () => runCommand('waybill.history.show', { environment: environmentKey(environment) }) },
  ]);
}
