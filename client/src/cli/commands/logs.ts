import v8 from 'node:v8';
import { findEnvironment, findService } from '../../delivery/find.ts';
import { type ServiceLogLine, tailLogs } from '../../delivery/logs.ts';
import { levels, logFilter, readable } from '../../delivery/logView.ts';
import type { LogQuery } from '../../ports.ts';
import { type Arguments, type CliCommand, exit } from '../command.ts';
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
    until: { type: 'string', value: '<time>', help: 'only lines before it; as `--since`; with `--no-follow`' },
    include: { type: 'string', value: '<text>', help: 'only lines with it, in any case; `/…/` is a regular expression' },
    exclude: { type: 'string', value: '<text>', help: 'no lines with it' },
    level: { type: 'string', value: '<level>', help: 'lines of this level and above', choices: levels },
    instance: { type: 'string', value: '<name>', help: 'only this instance' },
    container: { type: 'string', value: '<name>', help: 'only this container of each instance' },
    previous: { type: 'boolean', help: 'the run of each container before the present one, then end' },
    timestamps: { type: 'boolean', help: 'the time of each line before it' },
    readable: { type: 'boolean', help: 'lines of JSON as words' },
    'no-follow': { type: 'boolean', help: 'end when the present log has been read' },
  },
  examples: [
    { command: 'waybill logs order-api staging --tail 20', means: 'the last 20 lines of each instance, then what comes' },
    { command: 'waybill logs order-api staging --since 10m --no-follow', means: 'the last ten minutes, then end' },
    { command: 'waybill logs order-api staging --level warn --exclude health', means: 'what is wrong' },
    { command: 'waybill logs order-api dev --format json | jq -r .text', means: 'one JSON object per line' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { arguments: args, output, signal } = call;
      staySmall();
      const [service = '', environment = ''] = args.operands;
      const model = await ports.documents.model(signal);
      const found = findService(model, service);
      const input = {
        environment: findEnvironment(model, found, environment),
        services: [found.name],
        ...queryOf(args, ports.clock.now()),
      };
      const text = lineText(output.colour, { timestamps: args.flag('timestamps'), readable: args.flag('readable') });
      const shows = filterOf(args);
      try {
        for await (const all of tailLogs(ports, input, signal)) {
          const lines = shows ? all.filter(shows) : all;
          if (output.json) output.events(lines.map((line) => ({ type: line.marker ? 'marker' : 'line', ...line })));
          else if (lines.length > 0) output.line(lines.map(text).join('\n'));
          await output.drained();
        }
      } catch (error) {
        // Following ends by Ctrl-C: that is how it is meant to end.
        if (!(signal.aborted && input.follow)) throw error;
      }
      return exit.fine;
    }),
};

/**
 * A tail runs for days beside other things: nearly all of what it makes is gone at once, and V8 would take a hundred megabytes more before
 * it looks for that. Both are read anew whenever the heap would grow.
 */
function staySmall(): void {
  for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=20']) v8.setFlagsFromString(flag);
}

/** What is asked of the platform; the rest is left out of what it answers. */
function queryOf(args: Arguments, now: Date): Omit<LogQuery, 'service'> {
  const moment = (option: string): string | undefined => {
    const text = args.text(option);
    return text === undefined ? undefined : sinceTime(text, now);
  };
  const [until, since, tail] = [moment('until'), moment('since'), args.text('tail')];
  const [instance, container, previous] = [args.text('instance'), args.text('container'), args.flag('previous')];
  return {
    follow: !(args.flag('no-follow') || previous || until !== undefined),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(tail === undefined ? {} : { tail: lineCount(tail) }),
    ...(instance === undefined ? {} : { instance }),
    ...(container === undefined ? {} : { container }),
    ...(previous ? { previous } : {}),
  };
}

/** Undefined when everything is shown. */
function filterOf(args: Arguments): ((line: ServiceLogLine) => boolean) | undefined {
  const [include, exclude] = [args.text('include'), args.text('exclude')];
  const level = levels.find((one) => one === args.text('level'));
  if (include === undefined && exclude === undefined && level === undefined) return undefined;
  return logFilter({ ...(include ? { include } : {}), ...(exclude ? { exclude } : {}), ...(level ? { level } : {}) });
}

const palette: readonly Colour[] = ['cyan', 'green', 'magenta', 'yellow', 'blue'];

/** Each instance keeps a colour of its own. */
function lineText(colour: boolean, look: { timestamps: boolean; readable: boolean }): (line: ServiceLogLine) => string {
  const colours = new Map<string, Colour>();
  return ({ instance, time, text, marker }) => {
    const known = colours.get(instance);
    const own = known ?? palette[colours.size % palette.length] ?? 'cyan';
    if (!known) colours.set(instance, own);
    return marker
      ? paint(colour, 'dim', `── ${instance}: ${text}`)
      : `${paint(colour, own, instance)} ${look.timestamps ? `${time} ` : ''}${look.readable ? readable(text) : text}`;
  };
}
