import {
  type DeployEnvironmentInput,
  deployEnvironment,
  type EnvironmentOutcome,
  type EnvironmentQuestions,
  planEnvironment,
} from '../../delivery/deployEnvironment.ts';
import type { Ports } from '../../ports.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { paint } from '../output.ts';
import { planText } from '../planText.ts';
import { progress } from '../progress.ts';
import { confirmed, confirmOptions, terminalQuestions } from '../questions.ts';
import { withPorts } from '../session.ts';

export const deployEnvironmentCommand: CliCommand = {
  name: 'deploy-environment',
  summary: 'deploy all services of a product to an environment by one plan',
  operands: '<environment> [service…]',
  count: { least: 1, most: 200 },
  about:
    'Plans every service of the product at its newest release that may go there, or at the release that runs in another environment, shows all of it as one plan, asks once, and deploys those first that others depend on (`dependsOn`). After a failure it stops; with `--on-failure continue` it goes on with the services that do not depend on the one that failed.',
  options: {
    like: { type: 'string', value: '<environment>', help: 'the releases that run there, instead of the newest' },
    product: { type: 'string', value: '<name>', help: 'where several products have an environment of that name' },
    'on-failure': { type: 'string', value: '<what>', help: '`stop` or `continue`', choices: ['stop', 'continue'] },
    'dry-run': { type: 'boolean', help: 'show the plan and end' },
    ...confirmOptions,
  },
  examples: [
    { command: 'waybill deploy-environment staging', means: 'everything that may go to staging; asks' },
    { command: 'waybill deploy-environment training --like staging --yes', means: 'the releases that run in staging' },
    { command: 'waybill deploy-environment dev order-api billing --dry-run', means: 'what two services would change' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const input = inputOf(call);
      if (call.arguments.flag('dry-run')) return await showPlan(call, ports, input);
      const tell = progress(call.output);
      const { outcomes } = await deployEnvironment(
        ports,
        input,
        questionsOf(call),
        (service, event) => {
          if (event.type === 'plan' && service !== '') return;
          if (service !== '' && event.type === 'stage') call.output.note(paint(call.output.colour, 'bold', `── ${service}`));
          tell(event);
        },
        call.signal,
      );
      if (outcomes.length === 0) {
        call.output.event({ type: 'result', outcome: 'NotConfirmed', environment: input.environment });
        call.output.note('Nothing was written.');
        return exit.failed;
      }
      for (const outcome of outcomes) showOutcome(call, input.environment, outcome);
      if (outcomes.every(({ result }) => result?.outcome === 'Succeeded')) return exit.fine;
      return outcomes.some(({ result }) => result?.outcome === 'Errored' || result?.outcome === 'Aborted') ? exit.failed : exit.findings;
    }),
};

function inputOf({ arguments: args }: Call): DeployEnvironmentInput {
  const [environment = '', ...services] = args.operands;
  const text = (name: 'like' | 'product' | 'reason') => {
    const value = args.text(name);
    return value === undefined ? {} : { [name]: value };
  };
  return { environment, ...(services.length > 0 ? { services } : {}), ...text('like'), ...text('product'), ...text('reason') };
}

async function showPlan(call: Call, ports: Ports, input: DeployEnvironmentInput): Promise<number> {
  const { plan } = await planEnvironment(ports, input, () => undefined, call.signal);
  if (call.output.json) progress(call.output)({ type: 'plan', plan });
  else call.output.line(planText(plan, call.output.colour));
  return plan.refusals.length > 0 ? exit.findings : exit.fine;
}

function questionsOf(call: Call): EnvironmentQuestions {
  const wish = call.arguments.text('on-failure');
  return {
    ...terminalQuestions(call),
    goOn: async (service, result, left) => {
      if (wish !== undefined || call.arguments.flag('yes')) return wish === 'continue';
      return await confirmed(call, `${service} ${result.outcome}: ${result.message} Go on with ${left.join(', ')}?`);
    },
  };
}

function showOutcome({ output }: Call, environment: string, { service, release, result, reason }: EnvironmentOutcome): void {
  const outcome = result?.outcome ?? 'Skipped';
  const message = result?.message ?? reason ?? '';
  output.event({
    type: 'result',
    outcome,
    environment,
    service,
    release,
    message,
    ...(result?.diagnosis ? { diagnosis: result.diagnosis } : {}),
  });
  const colour = outcome === 'Succeeded' ? 'green' : outcome === 'Skipped' ? 'yellow' : 'red';
  output.line(`${paint(output.colour, colour, outcome.padEnd(9))} ${service} ${release} in ${environment}: ${message}`);
}
