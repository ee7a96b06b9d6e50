import { findEnvironmentAlone } from '../../delivery/find.ts';
import { planPreparation, prepareEnvironment } from '../../delivery/prepare.ts';
import { fail } from '../../errors.ts';
import { type CliCommand, exit } from '../command.ts';
import { planText } from '../planText.ts';
import { progress } from '../progress.ts';
import { confirmOptions, terminalQuestions } from '../questions.ts';
import { withPorts } from '../session.ts';

export const environment: CliCommand = {
  name: 'environment',
  summary: 'prepare the namespace of an environment by a plan',
  operands: 'prepare <environment>',
  count: { least: 2, most: 2 },
  about:
    'Plans what the namespace of an environment is given (labels, pod security level, Rancher project, quota, limits, network policies that deny by default and let the product’s own namespaces in), shows it, asks, and applies what was shown. What is set comes from `isolation` of the environment. Nothing is ever removed.',
  options: {
    product: { type: 'string', value: '<name>', help: 'where several products have an environment of that name' },
    'dry-run': { type: 'boolean', help: 'show the plan and end' },
    ...confirmOptions,
  },
  examples: [
    { command: 'waybill environment prepare dev', means: 'make the namespace of dev; asks' },
    { command: 'waybill environment prepare dev --dry-run', means: 'what it would be given' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [verb = '', name = ''] = call.arguments.operands;
      if (verb !== 'prepare')
        throw fail('usage', `\`${verb}\` is nothing to do with an environment.`, 'Write `waybill environment prepare <environment>`.');
      const found = findEnvironmentAlone(await ports.documents.model(call.signal), name, call.arguments.text('product'));
      if (call.arguments.flag('dry-run')) {
        const plan = await planPreparation(ports, found, {}, call.signal);
        if (call.output.json) progress(call.output)({ type: 'plan', plan });
        else call.output.line(planText(plan, call.output.colour));
        return plan.refusals.length > 0 ? exit.findings : exit.fine;
      }
      const { result } = await prepareEnvironment(ports, found, terminalQuestions(call), progress(call.output), call.signal);
      call.output.event({ type: 'result', environment: name, outcome: result?.outcome ?? 'NotConfirmed', message: result?.message ?? '' });
      if (!result) {
        call.output.note('Nothing was written.');
        return exit.failed;
      }
      call.output.line(`${result.outcome} ${result.message}`);
      return result.outcome === 'Succeeded' ? exit.fine : exit.failed;
    }),
};
