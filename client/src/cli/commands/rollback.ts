import { rollBack } from '../../delivery/rollback.ts';
import type { CliCommand } from '../command.ts';
import { showDeployed } from '../deployed.ts';
import { progress } from '../progress.ts';
import { confirmOptions, terminalQuestions } from '../questions.ts';
import { withPorts } from '../session.ts';

export const rollback: CliCommand = {
  name: 'rollback',
  summary: 'go back to an earlier deployment, with the configuration it had',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    "Deploys what the environment's own history holds: the newest success before the present deployment, or the one that `--to` names, with its image and its configuration. Going back twice goes further back.",
  options: {
    to: { type: 'string', value: '<release>', help: 'id, alias, tag or sequence of a deployment that succeeded' },
    ...confirmOptions,
  },
  examples: [
    { command: 'waybill rollback order-api staging', means: 'to what ran before; shows the plan and asks' },
    { command: 'waybill rollback order-api staging --to amber-heron --reason "errors after 2.4"', means: 'to one release, and why' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', environment = ''] = call.arguments.operands;
      const to = call.arguments.text('to');
      const reason = call.arguments.text('reason');
      const input = { service, environment, ...(to ? { to } : {}), ...(reason ? { reason } : {}) };
      return showDeployed(
        await rollBack(ports, input, terminalQuestions(call, ports.documents), progress(call.output), call.signal),
        call.output,
      );
    }),
};
