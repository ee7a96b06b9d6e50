import { findEnvironmentAlone } from '../../delivery/find.ts';
import { isolationReport, isolationText } from '../../delivery/prepare.ts';
import { type CliCommand, exit } from '../command.ts';
import { withPorts } from '../session.ts';

export const isolation: CliCommand = {
  name: 'isolation',
  summary: 'how far an environment is apart from others; nothing is written',
  operands: '<environment>',
  count: { least: 1, most: 1 },
  about:
    'Looks at network policies, quota and limits, the pod security level, tokens of service accounts, role bindings for everybody, workloads of others in the namespace and grants to other namespaces. What you may not read is said to be unknown. Exit code 1 when something is open.',
  options: { product: { type: 'string', value: '<name>', help: 'where several products have an environment of that name' } },
  examples: [{ command: 'waybill isolation production', means: 'what is open in production' }],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [name = ''] = call.arguments.operands;
      const environment = findEnvironmentAlone(await ports.documents.model(call.signal), name, call.arguments.text('product'));
      const report = await isolationReport(ports, environment, call.signal);
      call.output.event({ type: 'isolation', ...report });
      call.output.line(isolationText(report));
      return report.checks.some(({ state }) => state === 'open') ? exit.findings : exit.fine;
    }),
};
