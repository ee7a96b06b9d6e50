import type { EffectiveAnswer } from '../../../../server/src/protocol.ts';
import { unifiedDiff } from '../../delivery/diff.ts';
import { findEnvironment, findService } from '../../delivery/find.ts';
import { fail } from '../../errors.ts';
import type { Documents } from '../../ports.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { type Output, paint } from '../output.ts';
import { withPorts } from '../session.ts';

export const config: CliCommand = {
  name: 'config',
  summary: 'the effective configuration of a service, each line with its origin; or the differences of two environments',
  operands: '<service> <environment> [other environment]',
  count: { least: 2, most: 3 },
  about:
    'Merges waybill.yaml with the overrides of the environment, fills in variables and defaults, and shows where each line comes from. With `--diff` and two environments it shows what is different between them. Secrets stay references.',
  options: {
    diff: { type: 'boolean', help: 'compare two environments' },
    plain: { type: 'boolean', help: 'without the origins' },
  },
  examples: [
    { command: 'waybill config order-api production', means: 'with the file and line of every value' },
    { command: 'waybill config order-api --diff staging production', means: 'what is different' },
  ],
  run: (call) => withPorts(call, ({ documents }) => run(call, documents)),
};

async function run(call: Call, documents: Documents): Promise<number> {
  const [name = '', first = '', second] = call.arguments.operands;
  const model = await documents.model(call.signal);
  const service = findService(model, name);
  const ask = async (environment: string) =>
    documents.effective(service.id, findEnvironment(model, service, environment).name, call.signal);
  if (call.arguments.flag('diff') !== (second !== undefined)) {
    throw fail('usage', '`--diff` compares two environments.', `Write \`waybill config ${name} --diff ${first} <environment>\`.`);
  }
  const answer = shown(await ask(first), service.name, first);
  if (second === undefined) {
    call.output.event({ type: 'config', service: service.id, environment: first, ...answer });
    call.output.line((call.arguments.flag('plain') ? (answer.plain ?? answer.text) : answer.text).trimEnd());
    return failures(call.output, answer);
  }
  const other = shown(await ask(second), service.name, second);
  const diff = unifiedDiff(answer.plain ?? answer.text, other.plain ?? other.text);
  call.output.event({ type: 'diff', service: service.id, from: first, to: second, diff });
  call.output.line(diff === '' ? `${service.name} is the same in ${first} and ${second}.` : `--- ${first}\n+++ ${second}`);
  for (const line of diff === '' ? [] : diff.trimEnd().split('\n')) call.output.line(coloured(line, call.output.colour));
  return Math.max(failures(call.output, answer), failures(call.output, other));
}

function shown(answer: EffectiveAnswer, service: string, environment: string): EffectiveAnswer {
  if (answer.text !== '') return answer;
  const message = answer.problems[0]?.message ?? `\`${service}\` has no configuration for \`${environment}\`.`;
  throw fail('configuration', message, 'Mend waybill.yaml.');
}

function failures(output: Output, { problems }: EffectiveAnswer): number {
  for (const { severity, message } of problems) output.note(`${severity}: ${message}`);
  return problems.some(({ severity }) => severity === 'error') ? exit.findings : exit.fine;
}

function coloured(line: string, colour: boolean): string {
  if (line.startsWith('+')) return paint(colour, 'green', line);
  return line.startsWith('-') ? paint(colour, 'red', line) : line;
}
