import { type PreparedDeployment, planRelease } from '../../delivery/deploy.ts';
import type { Report } from '../../delivery/events.ts';
import { releaseChoices } from '../../delivery/releases.ts';
import { planRollback } from '../../delivery/rollback.ts';
import { fail } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { planText } from '../planText.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';

export const plan: CliCommand = {
  name: 'plan',
  summary: 'show what a deployment would change; nothing is written',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Checks gates, configuration, image and target as `waybill deploy` does, asks the target itself what would change, and shows the differences. Without `--release` it is the newest release that may go there.',
  options: {
    release: { type: 'string', value: '<release>', help: 'id, alias or tag of the release' },
    rollback: { type: 'boolean', help: 'plan going back to the deployment before the present one' },
  },
  examples: [
    { command: 'waybill plan order-api staging', means: 'what deploying the newest fitting release would change' },
    { command: 'waybill plan order-api staging --release amber-heron', means: 'of one release, by its alias' },
    { command: 'waybill plan order-api production --rollback', means: 'what going back would change' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const report = progress(call.output);
      const prepared = await prepare(ports, call, report);
      const { token: _, ...shown } = prepared.plan;
      call.output.event({ type: 'plan', plan: shown });
      call.output.line(planText(prepared.plan, call.output.colour));
      return prepared.plan.refusals.length > 0 ? exit.findings : exit.fine;
    }),
};

async function prepare(ports: Ports, call: Call, report: Report): Promise<PreparedDeployment> {
  const [service = '', environment = ''] = call.arguments.operands;
  if (call.arguments.flag('rollback')) return planRollback(ports, { service, environment }, report, call.signal);
  const release = await wantedRelease(ports, call, report);
  return planRelease(ports, { service, environment, release }, report, call.signal);
}

/** The release that `--release` names, or the newest that may go to the environment; else the newest, so that its gates are explained. */
export async function wantedRelease(ports: Ports, call: Call, report: Report): Promise<string> {
  const named = call.arguments.text('release');
  if (named !== undefined) return named;
  const [service = '', environment = ''] = call.arguments.operands;
  const { choices, unreadable } = await releaseChoices(ports, { service, environment }, call.signal);
  for (const file of unreadable) report({ type: 'warning', message: `not a release that can be used: ${file}` });
  const [best] = choices;
  if (best) return best.release.id;
  throw fail('configuration', `There is no release of \`${service}\` yet.`, `Make one: \`waybill release ${service}\`.`);
}
