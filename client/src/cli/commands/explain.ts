import { type CliCommand, exit } from '../command.ts';

export const explain: CliCommand = {
  name: 'explain',
  summary: 'what a rule demands and why, with examples',
  operands: '<rule>',
  count: { least: 1, most: 1 },
  about:
    'Shows the page of a rule: what it demands, why, bad and good examples and what its fix does. The rule is named by its id, or by the id of the same check in hadolint, BuildKit or dockerfile-utils.',
  options: {},
  examples: [
    { command: 'waybill explain secret/in-env', means: 'a rule of Waybill' },
    { command: 'waybill explain DL3008', means: 'the rule that makes the same check' },
  ],
  async run({ arguments: args, output, pages }) {
    const { explainRule } = await import('../lint/rules.ts');
    const rules = explainRule(args.operands[0] ?? '', pages());
    if (output.json) for (const rule of rules) output.event({ ...rule });
    else output.raw(rules.map(({ text, help }) => `${text.trimEnd()}\n\n${help}`).join('\n\n'));
    return exit.fine;
  },
};
