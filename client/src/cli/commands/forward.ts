import { findEnvironment, findService } from '../../delivery/find.ts';
import { portPair } from '../../delivery/portPair.ts';
import { forward as openForward } from '../../delivery/reach.ts';
import type { ForwardState } from '../../ports.ts';
import { type CliCommand, exit } from '../command.ts';
import { withPorts } from '../session.ts';

export const forward: CliCommand = {
  name: 'forward',
  summary: 'make a port of a service reachable on this machine',
  operands: '<service> <environment> <[local:]port>',
  count: { least: 3, most: 3 },
  about:
    'Listens on 127.0.0.1 until Ctrl-C. Every connection goes to an instance that is ready at that moment, so the port outlives restarts and replacements of instances; while none is ready, connections wait.',
  options: {
    instance: { type: 'string', value: '<name>', help: 'only this instance' },
  },
  examples: [
    { command: 'waybill forward order-api staging 8080', means: 'port 8080 of the service at 127.0.0.1:8080' },
    { command: 'waybill forward order-db dev 0:5432', means: 'at a free local port, which is told' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { arguments: args, output, signal } = call;
      const [service = '', environment = '', pair = ''] = args.operands;
      const { localPort, remotePort } = portPair(pair);
      const model = await ports.documents.model(signal);
      const found = findService(model, service);
      const instance = args.text('instance');
      let last = '';
      const report = (state: ForwardState): void => {
        output.event({ type: 'forward', ...state });
        const line = state.message ?? (state.phase === 'waiting' ? 'no instance is ready; connections wait' : `leads to ${state.instance}`);
        if (line !== last) output.note(line);
        last = line;
      };
      const order = { service: found.name, remotePort, localPort, ...(instance === undefined ? {} : { instance }) };
      const open = await openForward(ports, findEnvironment(model, found, environment), order, report, signal);
      output.event({ type: 'listening', localPort: open.localPort, remotePort });
      output.line(`127.0.0.1:${open.localPort} → ${found.name} in ${environment}, port ${remotePort}. Ctrl-C ends it.`);
      await open.ended;
      return exit.fine;
    }),
};
