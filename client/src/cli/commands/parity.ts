import type { ParityDifference, ServiceParity } from '../../../../server/src/protocol.ts';
import { findService } from '../../delivery/find.ts';
import { type CliCommand, exit } from '../command.ts';
import { type Output, paint } from '../output.ts';
import { withPorts } from '../session.ts';

export const parity: CliCommand = {
  name: 'parity',
  summary: 'where services run in another way in an environment than in the one that it mirrors',
  operands: '[service]',
  count: { least: 0, most: 1 },
  about:
    'Compares every field of the merged manifests of a service in an environment with `mirrors` and in the one that it names: what is on one side only, what is different, and how much more of an amount there is. Values of variables, hosts and the like may differ and are listed with `--all`.',
  options: { all: { type: 'boolean', help: 'also what may differ' } },
  examples: [
    { command: 'waybill parity', means: 'every service' },
    { command: 'waybill parity order-api --all', means: 'one service, with what may differ' },
  ],
  run: (call) =>
    withPorts(call, async ({ documents }) => {
      const [name] = call.arguments.operands;
      const service = name === undefined ? undefined : findService(await documents.model(call.signal), name).id;
      const { services } = await documents.parity(service === undefined ? {} : { service }, call.signal);
      for (const one of services) show(call.output, one, call.arguments.flag('all'));
      if (services.length === 0) call.output.line('No environment mirrors another one: nothing to compare.');
      const loud = services.some(({ differences }) => differences.some(({ state }) => state !== 'expected' && state !== 'amount'));
      return loud ? exit.findings : exit.fine;
    }),
};

function show(output: Output, one: ServiceParity, all: boolean): void {
  output.event({ type: 'parity', ...one });
  const rows = one.differences.filter(({ state }) => all || state !== 'expected');
  output.line(`${one.service}: ${one.mirror} mirrors ${one.model}, ${one.same} fields the same, ${rows.length} others`);
  for (const row of rows) output.line(`  ${sign(row, output.colour)} ${words(row, one)}`);
}

function sign({ state }: ParityDifference, colour: boolean): string {
  const signs = {
    missing: ['-', 'red'],
    extra: ['+', 'green'],
    different: ['~', 'yellow'],
    amount: ['×', 'cyan'],
    expected: ['=', 'dim'],
  } as const;
  const [text, hue] = signs[state];
  return paint(colour, hue, text);
}

function words({ path, mirror, model, ratio }: ParityDifference, one: ServiceParity): string {
  const times = ratio === undefined ? '' : ` (× ${Number(ratio.toFixed(2))})`;
  return `${path}: ${mirror ?? 'not set'} in ${one.mirror}, ${model ?? 'not set'} in ${one.model}${times}`;
}
