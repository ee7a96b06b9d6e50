import { deployRelease } from '../../delivery/deploy.ts';
import type { CliCommand } from '../command.ts';
import { showDeployed } from '../deployed.ts';
import { progress } from '../progress.ts';
import { confirmOptions, terminalQuestions } from '../questions.ts';
import { withPorts } from '../session.ts';
import { wantedRelease } from './plan.ts';

export const deploy: CliCommand = {
  name: 'deploy',
  summary: 'deploy a release by its digest, after showing the plan',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Deploys a release that exists: never a build. An environment with `promote.from` takes only releases that succeeded there before, by the same digest. The target is verified, the plan is shown and confirmed, the rollout is watched until it is healthy or says why it is not.',
  options: {
    release: { type: 'string', value: '<release>', help: 'id, alias or tag; default: the newest that may go there' },
    ...confirmOptions,
  },
  examples: [
    { command: 'waybill deploy order-api staging', means: 'the newest release that succeeded before staging; asks' },
    { command: 'waybill deploy order-api staging --release rel-87ce0b7374c5 --yes', means: 'one release, without asking' },
    { command: 'waybill deploy order-api production --yes --type-name production', means: 'where the name must be typed' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const report = progress(call.output);
      const [service = '', environment = ''] = call.arguments.operands;
      const reason = call.arguments.text('reason');
      const input = { service, environment, release: await wantedRelease(ports, call, report), ...(reason ? { reason } : {}) };
      return showDeployed(await deployRelease(ports, input, terminalQuestions(call, ports.documents), report, call.signal), call.output);
    }),
};
