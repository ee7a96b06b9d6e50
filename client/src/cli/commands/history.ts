import { compareReleases, comparisonText } from '../../delivery/compareReleases.ts';
import { handoverReport } from '../../delivery/handover.ts';
import { type HistoryEntry, type HistoryFilter, readCopies, readHistory } from '../../delivery/history.ts';
import { statisticsOf } from '../../delivery/statistics.ts';
import { duration } from '../../delivery/units.ts';
import { fail } from '../../errors.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { paint } from '../output.ts';
import { withPorts } from '../session.ts';
import { sinceTime } from '../since.ts';

export const history: CliCommand = {
  name: 'history',
  summary: 'what was deployed where, when, by whom and how it ended; statistics per product',
  operands: '[service] [environment]',
  count: { least: 0, most: 2 },
  about:
    'Reads the records of the environments and, beyond them, the exported copies in the release files. `--stats` counts per product and environment: how often, how long, how many failed, how long until it worked again.',
  options: {
    product: { type: 'string', value: '<name>', help: 'only this product' },
    by: { type: 'string', value: '<name>', help: 'only what somebody did' },
    since: { type: 'string', value: '<when>', help: '`24h`, `7d`, or a time' },
    outcome: {
      type: 'string',
      value: '<outcome>',
      help: 'only what ended so',
      choices: ['Succeeded', 'Failed', 'Errored', 'Aborted', 'Pending'],
    },
    limit: { type: 'string', value: '<number>', help: 'so many at most; default 50' },
    stats: { type: 'boolean', help: 'statistics instead of the list' },
    offline: { type: 'boolean', help: 'the exported copies alone: asks no environment' },
  },
  examples: [
    { command: 'waybill history order-api production', means: 'one service in one environment' },
    { command: 'waybill history --since 7d --outcome Failed', means: 'what failed in a week' },
    { command: 'waybill history --stats --offline', means: 'statistics from the release files' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const filter = filterOf(call, ports.clock.now());
      const read = call.arguments.flag('offline') ? readCopies : readHistory;
      const { entries, gaps } = await read(ports, filter, call.signal);
      for (const gap of gaps) call.output.note(`${paint(call.output.colour, 'yellow', 'warning')} ${gap}`);
      if (call.arguments.flag('stats')) return showStatistics(call, entries, ports.clock.now());
      for (const entry of entries.slice(0, limitOf(call))) show(call, entry);
      if (entries.length === 0) call.output.line('Nothing was deployed.');
      return exit.fine;
    }),
};

export const handover: CliCommand = {
  name: 'handover',
  summary: 'what whoever takes over has to know: broken, under way, done',
  operands: '[product]',
  count: { least: 0, most: 1 },
  about:
    'A report in Markdown of the last hours: what is not healthy now, what did not end well, what is under way, what was rolled back, and all that was done, by whom.',
  options: { hours: { type: 'string', value: '<number>', help: 'so many hours back; default 12' } },
  examples: [{ command: 'waybill handover --hours 8', means: 'of the night shift' }],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [product] = call.arguments.operands;
      const hours = Number(call.arguments.text('hours') ?? 12);
      if (!(hours > 0)) throw fail('usage', 'The hours are no number.', 'Write `--hours 8`.');
      const text = await handoverReport(ports, { hours, ...(product === undefined ? {} : { product }) }, call.signal);
      call.output.event({ type: 'handover', text });
      call.output.line(text);
      return exit.fine;
    }),
};

export const compare: CliCommand = {
  name: 'compare',
  summary: 'what is different between two releases of a service',
  operands: '<service> <release> <release>',
  count: { least: 3, most: 3 },
  about: 'Compares the images by digest and by layer, the base, the revision, and the manifests that were recorded with them.',
  options: {},
  examples: [{ command: 'waybill compare order-api amber-heron brave-otter', means: 'by alias; ids and tags will do too' }],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', left = '', right = ''] = call.arguments.operands;
      const { manifests: _, ...found } = await compareReleases(ports, { service, left, right }, call.signal);
      call.output.event({ type: 'comparison', ...found, left: found.left.id, right: found.right.id });
      call.output.line(comparisonText({ ...found, manifests: ['', ''] }));
      return exit.fine;
    }),
};

function filterOf({ arguments: args }: Call, now: Date): HistoryFilter {
  const [service, environment] = args.operands;
  const since = args.text('since');
  const text = (name: 'product' | 'by' | 'outcome') => {
    const value = args.text(name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...(service === undefined ? {} : { service }),
    ...(environment === undefined ? {} : { environment }),
    ...(since === undefined ? {} : { since: sinceTime(since, now) }),
    ...text('product'),
    ...text('by'),
    ...text('outcome'),
  };
}

function limitOf({ arguments: args }: Call): number {
  const text = args.text('limit') ?? '50';
  if (/^\d+$/.test(text)) return Number(text);
  throw fail('usage', `\`${text}\` is no number.`, 'Write `--limit 200`.');
}

function show({ output }: Call, entry: HistoryEntry): void {
  output.event({ type: 'history', ...entry });
  const colour = entry.result === 'Succeeded' ? 'green' : entry.result === 'Pending' ? 'blue' : 'red';
  const what = entry.operation ?? (entry.rollback ? 'rollback' : 'deploy');
  const notes = [entry.verified ? 'verified' : '', entry.reason ?? '', entry.seconds === undefined ? '' : duration(entry.seconds)].filter(
    Boolean,
  );
  const when = entry.at.slice(0, 19).replace('T', ' ');
  output.line(
    `${when}  ${paint(output.colour, colour, entry.result.padEnd(9))} ${what.padEnd(8)} ${entry.service.split('/')[1]?.padEnd(20)} ${entry.environment.padEnd(12)} ${entry.alias}  ${entry.by}  ${notes.join(', ')}`.trimEnd(),
  );
}

function showStatistics({ output }: Call, entries: readonly HistoryEntry[], now: Date): number {
  for (const one of statisticsOf(entries, now)) {
    output.event({ type: 'statistics', ...one });
    const time = (seconds: number | undefined) => (seconds === undefined ? 'unknown' : duration(seconds));
    output.line(`${one.product} → ${one.environment}`);
    output.line(`  deployments      ${one.deployments} (${one.perWeek.toFixed(1)} a week), ${one.rollbacks} rollbacks`);
    output.line(`  duration         ${time(one.seconds)}`);
    output.line(`  failure rate     ${(one.failureRate * 100).toFixed(1)} %`);
    output.line(`  time to recover  ${time(one.recovery)}`);
    if (one.broken.length > 0) output.line(`  ${paint(output.colour, 'red', 'failed last')}      ${one.broken.join(', ')}`);
  }
  return exit.fine;
}
