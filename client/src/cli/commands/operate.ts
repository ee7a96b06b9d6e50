import { type OperationQuestions, operate } from '../../delivery/operate.ts';
import { fail } from '../../errors.ts';
import type { DeployResult, Operation } from '../../ports.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { paint } from '../output.ts';
import { progress } from '../progress.ts';
import { askOn, confirmed } from '../questions.ts';
import { withPorts } from '../session.ts';

const options: CliCommand['options'] = {
  yes: { type: 'boolean', short: 'y', help: 'do it without asking' },
  'type-name': { type: 'string', value: '<name>', help: 'the name of the environment, where it asks for it to be typed' },
};

export const scale: CliCommand = {
  name: 'scale',
  summary: 'change how many instances of a service run, until its next deployment',
  operands: '<service> <environment> <instances>',
  count: { least: 3, most: 3 },
  about:
    'Sets the number of instances of what runs and waits until they are healthy. It is recorded, shown as drift, and ends with the next deployment; `scale.replicas` in the manifest makes it last. An autoscaler is never fought. In protected environments the name is typed when half of the capacity or more goes, and zero can be forbidden.',
  options,
  examples: [
    { command: 'waybill scale order-api staging 4', means: 'four instances; asks' },
    { command: 'waybill scale order-api dev 0 --yes', means: 'none, without asking' },
  ],
  run: (call) => {
    const [, , count = ''] = call.arguments.operands;
    if (!/^\d+$/.test(count)) throw fail('usage', `\`${count}\` is no number of instances.`, 'Write a whole number from 0.');
    return run(call, { kind: 'scale', replicas: Number(count) });
  },
};

export const restart: CliCommand = {
  name: 'restart',
  summary: 'replace all instances of a service by new ones of the same release',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Replaces the instances as its rollout says, without an interruption where it has more than one, and waits until the new ones are healthy. It is recorded. `protected.forbid` can forbid it.',
  options,
  examples: [{ command: 'waybill restart order-api staging', means: 'asks, then replaces them' }],
  run: (call) => run(call, { kind: 'restart' }),
};

export const pause: CliCommand = {
  name: 'pause',
  summary: 'hold changes of a service back until it is resumed',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about: 'What runs goes on running; deployments and restarts wait. It is recorded.',
  options: { ...options, resume: { type: 'boolean', help: 'let changes through again' } },
  examples: [
    { command: 'waybill pause order-api staging', means: 'from now on nothing changes there' },
    { command: 'waybill pause order-api staging --resume', means: 'changes go through again' },
  ],
  run: (call) => run(call, { kind: call.arguments.flag('resume') ? 'resume' : 'pause' }),
};

function run(call: Call, operation: Operation): Promise<number> {
  return withPorts(call, async (ports) => {
    const [service = '', environment = ''] = call.arguments.operands;
    const result = await operate(ports, { service, environment, operation }, operationQuestions(call), progress(call.output), call.signal);
    return showOperated(call, { service, environment, operation: operation.kind }, result);
  });
}

/** Asks on the terminal; without one, `--yes` and `--type-name` answer. */
export function operationQuestions(call: Call): OperationQuestions {
  return {
    confirm: ({ message, warnings }) => {
      for (const warning of warnings) call.output.note(`  ${paint(call.output.colour, 'yellow', '!')} ${warning}`);
      return confirmed(call, message);
    },
    typeName: async (_question, name) =>
      call.arguments.text('type-name') ?? (await askOn(call, `Type \`${name}\` to do it there: `, `--type-name ${name}`)),
  };
}

export function showOperated(
  { output }: Call,
  what: { readonly service: string; readonly environment: string; readonly operation: string },
  result: DeployResult | undefined,
): number {
  if (!result) {
    output.event({ type: 'result', outcome: 'NotConfirmed', ...what });
    output.note('Nothing was changed.');
    return exit.failed;
  }
  const { outcome, message, diagnosis } = result;
  output.event({ type: 'result', outcome, ...what, message, ...(diagnosis ? { diagnosis } : {}) });
  output.line(`${paint(output.colour, outcome === 'Succeeded' ? 'green' : 'red', outcome)} ${message}`);
  if (outcome === 'Succeeded') return exit.fine;
  return outcome === 'Failed' ? exit.findings : exit.failed;
}
