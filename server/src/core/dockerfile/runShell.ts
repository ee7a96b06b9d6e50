import type { RunInstruction, Stage, Word, WordsInstruction } from './model.ts';
import type { ShellCommand } from './shellModel.ts';

/** The SHELLs that a stage may stand under: its own and those of the stages below it, in the order of the text. */
export function shellsOf(stage: Stage): readonly WordsInstruction[] {
  const shells: WordsInstruction[] = [];
  for (let at: Stage | undefined = stage; at; at = at.parent) {
    shells.unshift(...at.instructions.filter((instruction): instruction is WordsInstruction => instruction.kind === 'SHELL'));
  }
  return shells;
}

/** The words of the SHELL in force at an offset; undefined: the default of the base image. */
export function shellBefore(shells: readonly WordsInstruction[], offset: number): readonly string[] | undefined {
  return shells.findLast(({ start }) => start < offset)?.words.map(({ value }) => value);
}

/** True when options of a shell's call switch `pipefail` on: `-o pipefail`, `-euo pipefail`. */
export function hasPipefail(words: readonly string[]): boolean {
  return words.some((word, i) => word === 'pipefail' && /^-[a-zA-Z]*o$/.test(words[i - 1] ?? ''));
}

/**
 * True where `pipefail` holds in a scope of a RUN before an offset: by `set`, by the shell that runs the scope, or by the
 * shell of the RUN (`shell`: its words). `text` is the document's.
 */
export function pipefailAt(text: string, run: RunInstruction, scope: number, offset: number, shell: readonly string[]): boolean {
  const { commands, scopes } = run.script;
  const isSet = commands.some(
    ({ name, words, scope: own, start }) => own === scope && name === 'set' && start < offset && hasPipefail(values(words)),
  );
  const place = scopes[scope];
  if (isSet || !place) return isSet;
  if (/^\s*#!.*\bpipefail\b/.test(text.slice(place.start, Math.min(place.end, place.start + 200)))) return true;
  if (scope === 0 && place.kind !== 'argument') return hasPipefail(shell);
  const host = scope === 0 ? run.json : hostOf(run, scope)?.words;
  return host !== undefined && hasPipefail(values(host));
}

/** The command whose argument or heredoc a scope is. Commands are in the order of the text. */
export function hostOf({ script }: RunInstruction, scope: number): ShellCommand | undefined {
  const start = script.scopes[scope]?.start ?? 0;
  let low = 0;
  let high = script.commands.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((script.commands[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= Math.max(0, low - 50); i--) {
    const command = script.commands[i];
    if (command && command.scope !== scope && start <= command.end) return command;
  }
  return undefined;
}

function values(words: readonly Word[]): readonly string[] {
  return words.map(({ value }) => value);
}
