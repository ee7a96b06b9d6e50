import { commonOptions } from './arguments.ts';
import type { CliCommand, CliOption } from './command.ts';

/** The help of one command. */
export function commandHelp(command: CliCommand): string {
  const options = { ...command.options, ...commonOptions, ...command.options };
  return [
    `waybill ${command.name} — ${command.summary}`,
    '',
    `Usage: waybill ${command.name} ${command.operands}${command.operands ? ' ' : ''}[options]`,
    '',
    wrap(command.about),
    '',
    'Options:',
    ...columns(Object.entries(options).map(([name, option]) => [optionName(name, option), option.help])),
    '',
    'Examples:',
    ...command.examples.flatMap(({ command: line, means }) => [`  ${line}`, `      ${means}`]),
    '',
    exitCodes,
  ].join('\n');
}

/** The help of the program: what it is for and which commands there are. */
export function programHelp(commands: readonly CliCommand[]): string {
  return [
    'waybill — from a Dockerfile to a running service, by digest',
    '',
    'Usage: waybill <command> [options]',
    '',
    wrap(
      'Judges Dockerfiles and manifests by your standards, builds on remote Docker Engines, and deploys the very digest it pushed to compose hosts and Kubernetes.',
    ),
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'A first tour:',
    '  waybill lint                        what the standards say of everything here',
    '  waybill release order-api dev       build, push, verify the digest, deploy to dev',
    '  waybill plan order-api staging      what deploying it to staging would change',
    '  waybill deploy order-api staging    deploy the release that succeeded in dev',
    '  waybill logs order-api staging      follow every instance',
    '',
    exitCodes,
    '',
    '`waybill <command> --help` explains each with examples.',
  ].join('\n');
}

const exitCodes = 'Exit codes: 0 fine · 1 findings, or a release that is not good · 2 usage or configuration · 3 could not do it';

function optionName(name: string, { short, value }: CliOption): string {
  return `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

/** Breaks a paragraph at 100 columns. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
