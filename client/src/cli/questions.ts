import { createInterface } from 'node:readline/promises';
import type { Questions } from '../delivery/events.ts';
import { fail } from '../errors.ts';
import type { Documents } from '../ports.ts';
import { writeAdoptions } from './adopt.ts';
import type { Call, CliOption } from './command.ts';

/** Options of commands that ask before they write. */
export const confirmOptions: Readonly<Record<string, CliOption>> = {
  yes: { type: 'boolean', short: 'y', help: 'apply the plan without asking' },
  'type-name': { type: 'string', value: '<name>', help: 'the name of the environment, where it asks for it to be typed' },
  'take-over': { type: 'boolean', help: 'set the fields that others hold all the same, and own objects that nobody marked' },
  adopt: { type: 'boolean', help: 'write what others set into waybill.yaml, for that environment alone, and plan with it' },
  'leave-theirs': { type: 'boolean', help: 'leave the fields that others hold as they are' },
  prune: { type: 'boolean', help: 'remove what the service no longer has, once the rest is healthy' },
  reason: { type: 'string', value: '<text>', help: 'why; kept in the record of the deployment' },
};

/** Asks on the terminal; without one, `--yes` and `--type-name` answer. */
export function terminalQuestions(call: Call, documents?: Documents): Questions {
  const { arguments: args, signal } = call;
  return {
    async decide(plan, adoptable) {
      if (args.flag('take-over') && args.flag('leave-theirs')) {
        throw fail('usage', '`--take-over` and `--leave-theirs` exclude each other.', 'Choose one.');
      }
      const rest = args.flag('take-over') ? 'take-over' : args.flag('leave-theirs') ? 'leave' : undefined;
      const conflicts = args.flag('adopt') && plan.conflicts?.length && (adoptable.length > 0 || !rest) ? 'adopt' : rest;
      return { ...(conflicts ? { conflicts } : {}), prune: args.flag('prune') };
    },
    ...(documents ? { adopt: (wanted) => writeAdoptions(call, documents, wanted) } : {}),
    confirm: (plan) => confirmed(call, `Apply this to ${plan.environment}?`),
    async typeName(_plan, name) {
      const given = args.text('type-name');
      if (given !== undefined) return given;
      return (await ask(`Type \`${name}\` to deploy there: `, `--type-name ${name}`, signal)).trim() || undefined;
    },
  };
}

/** A question with yes or no; `--yes` answers it. */
export async function confirmed({ arguments: args, signal }: Call, question: string): Promise<boolean> {
  return args.flag('yes') || /^y(es)?$/i.test((await ask(`${question} [y/N] `, '--yes', signal)).trim());
}

/** A line typed on the terminal; undefined when it is empty. Without one, `option` must answer. */
export async function askOn({ signal }: Call, question: string, option: string): Promise<string | undefined> {
  return (await ask(question, option, signal)).trim() || undefined;
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
