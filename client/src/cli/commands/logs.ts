import { findEnvironment, findService } from '../../delivery/find.ts';
import { type ServiceLogLine, tailLogs } from '../../delivery/logs.ts';
import { type CliCommand, exit } from '../command.ts';
import { type Colour, paint } from '../output.ts';
import { withPorts } from '../session.ts';
import { lineCount, sinceTime } from '../since.ts';

export const logs: CliCommand = {
  name: 'logs',
  summary: 'follow the log of every instance of a service',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Shows the lines of every instance, present and to come, until Ctrl-C. The tail goes on without gap or duplicate when the connection, the pod or the container is replaced; such moments are marked.',
  options: {
    since: { type: 'string', value: '<time>', help: '`10m`, `2h30m`, `1d`, or an ISO time' },
    tail: { type: 'string', value: '<lines>', help: 'lines per instance to begin with; default: all' },
    'no-follow': { type: 'boolean', help: 'end when the present log has been read' },
  },
  examples: [
    { command: 'waybill logs order-api staging --tail 20', means: 'the last 20 lines of each instance, then what comes' },
    { command: 'waybill logs order-api staging --since 10m --no-follow', means: 'the last ten minutes, then end' },
    { command: 'waybill logs order-api dev --format json | jq -r .text', means: 'one JSON object per line' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { arguments: args, output, signal } = call;
      const [service = '', environment = ''] = args.operands;
      const since = args.text('since');
      const tail = args.text('tail');
      const model = await ports.documents.model(signal);
      const found = findService(model, service);
      const input = {
        environment: findEnvironment(model, found, environment),
        services: [found.name],
        follow: !args.flag('no-follow'),
        ...(since === undefined ? {} : { since: sinceTime(since, ports.clock.now()) }),
        ...(tail === undefined ? {} : { tail: lineCount(tail) }),
      };
      const text = lineText(output.colour);
      try {
        for await (const lines of tailLogs(ports, input, signal)) {
          output.events(lines.map((line) => ({ type: line.marker ? 'marker' : 'line', ...line })));
          if (lines.length > 0) output.line(lines.map(text).join('\n'));
          await output.drained();
        }
      } catch (error) {
        // Following ends by Ctrl-C: that is how it is meant to end.
        if (!(signal.aborted && input.follow)) throw error;
      }
      return exit.fine;
    }),
};

const palette: readonly Colour[] = ['cyan', 'green', 'magenta', 'yellow', 'blue'];

/** Each instance keeps a colour of its own. */
function lineText(colour: boolean): (line: ServiceLogLine) => string {
  const colours = new Map<string, Colour>();
  return ({ instance, text, marker }) => {
    const own = colours.get(instance) ?? palette[colours.size % palette.length] ?? 'cyan';
    colours.set(instance, own);
    return marker ? paint(colour, 'dim', `── ${instance}: ${text}`) : `${paint(colour, own, instance)} ${text}`;
  };
}
