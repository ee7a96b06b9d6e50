import { createInterface } from 'node:readline/promises';
import type { Questions } from '../delivery/events.ts';
import { fail } from '../errors.ts';
import type { Call, CliOption } from './command.ts';

/** Options of commands that ask before they write. */
export const confirmOptions: Readonly<Record<string, CliOption>> = {
  yes: { type: 'boolean', short: 'y', help: 'apply the plan without asking' },
  'type-name': { type: 'string', value: '<name>', help: 'the name of the environment, where it asks for it to be typed' },
  reason: { type: 'string', value: '<text>', help: 'why; kept in the record of the deployment' },
};

/** Asks on the terminal; without one, `--yes` and `--type-name` answer. */
export function terminalQuestions({ arguments: args, signal }: Call): Questions {
  return {
    async confirm(plan) {
      if (args.flag('yes')) return true;
      const answer = await ask(`Apply this to ${plan.environment}? [y/N] `, '--yes', signal);
      return /^y(es)?$/i.test(answer.trim());
    },
    async typeName(_plan, name) {
      const given = args.text('type-name');
      if (given !== undefined) return given;
      return (await ask(`Type \`${name}\` to deploy there: `, `--type-name ${name}`, signal)).trim() || undefined;
    },
  };
}

async function ask(question: string, option: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    throw fail('usage', 'This needs a confirmation, and there is no terminal to ask on.', `Look at the plan, then add \`${option}\`.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}
