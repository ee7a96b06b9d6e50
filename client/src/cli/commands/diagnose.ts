import { diagnosisLines, findHost } from '../../delivery/diagnose.ts';
import { type CliCommand, exit } from '../command.ts';
import { withPorts } from '../session.ts';

export const diagnose: CliCommand = {
  name: 'diagnose',
  summary: 'go the way to a builder or a compose host step by step',
  operands: '<host>',
  count: { least: 1, most: 1 },
  about:
    'Tells for each step whether it works and what to do if not: address, name, route, TLS, API version, permissions, builder, disk. Changes nothing.',
  options: {},
  examples: [
    { command: 'waybill diagnose shared/build-1', means: 'a member of a pool' },
    { command: 'waybill diagnose parcel/dev/it-1', means: 'a host of an environment' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { host } = findHost(await ports.documents.model(call.signal), call.arguments.operands[0] ?? '');
      const fine = await ports.engines.diagnose(
        host,
        (step) => {
          call.output.event({ type: 'step', ...step });
          for (const line of diagnosisLines(step)) call.output.line(line);
        },
        call.signal,
      );
      return fine ? exit.fine : exit.failed;
    }),
};
