import { parseArgs } from 'node:util';
import { closest } from '../delivery/closest.ts';
import { fail } from '../errors.ts';
import type { Arguments, CliCommand, CliOption } from './command.ts';

/** Options that every command has. */
export const commonOptions: Readonly<Record<string, CliOption>> = {
  format: { type: 'string', value: '<format>', choices: ['text', 'json'], help: 'text for people (default), or json for programs' },
  workspace: { type: 'string', short: 'C', value: '<folder>', help: 'the workspace; default: the repository around the current folder' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
};

/** Reads the arguments after the command's name. Throws `usage` with the nearest option for one that is not known. */
export function readArguments(command: CliCommand, args: readonly string[]): Arguments {
  const options = { ...commonOptions, ...command.options };
  const config = Object.fromEntries(Object.entries(options).map(([name, { type, short }]) => [name, short ? { type, short } : { type }]));
  const { tokens } = parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string | true>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind === 'option') values.set(token.name, optionValue(command, options, token));
  }
  if (!values.has('help')) checkCount(command, operands);
  const text = (name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  return { operands, text, flag: (name) => values.has(name) };
}

function optionValue(
  command: CliCommand,
  options: Readonly<Record<string, CliOption>>,
  token: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
): string | true {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (!option) {
    const near = closest(
      token.rawName,
      Object.keys(options).map((name) => `--${name}`),
    );
    const advice = near ? `Did you mean \`${near}\`?` : `See \`waybill ${command.name} --help\`.`;
    throw fail('usage', `\`waybill ${command.name}\` has no option \`${token.rawName}\`.`, advice);
  }
  if (option.type === 'boolean') {
    if (token.value !== undefined)
      throw fail('usage', `The option \`${token.rawName}\` takes no value.`, `Write \`${token.rawName}\` alone.`);
    return true;
  }
  if (token.value === undefined || token.value === '') {
    throw fail('usage', `The option \`${token.rawName}\` needs a value.`, `Write \`${token.rawName} ${option.value ?? '<value>'}\`.`);
  }
  if (option.choices && !option.choices.includes(token.value)) {
    const near = closest(token.value, option.choices);
    const advice = near ? `Did you mean \`${near}\`?` : `Write one of ${option.choices.map((choice) => `\`${choice}\``).join(', ')}.`;
    throw fail('usage', `\`${token.value}\` is not a value of \`${token.rawName}\`.`, advice);
  }
  return token.value;
}

function checkCount({ name, operands, count }: CliCommand, given: readonly string[]): void {
  if (given.length < count.least) {
    throw fail('usage', `\`waybill ${name}\` needs ${operands}.`, `See \`waybill ${name} --help\` for examples.`);
  }
  if (given.length > count.most) {
    const [extra] = given.slice(count.most);
    throw fail('usage', `\`waybill ${name}\` does not know what to do with \`${extra}\`.`, `It takes ${operands || 'no operands'}.`);
  }
}
