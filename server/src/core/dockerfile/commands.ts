import type { Dockerfile, Instruction, RunInstruction } from './model.ts';
import { type PackageCall, packageCall } from './packages.ts';
import { type LanguageCall, languageCall } from './packagesLanguage.ts';
import type { ShellCommand } from './shellModel.ts';

/** A command with the RUN that holds it; `stage` is an index in `stages`. */
export interface PlacedCommand {
  readonly command: ShellCommand;
  readonly run: RunInstruction;
  readonly stage: number;
}

/** A call of a package manager with the RUN that holds it. */
export interface PlacedCall extends PlacedCommand {
  readonly call: PackageCall;
}

/** A call of a language's package manager with the RUN that holds it. */
export interface PlacedLanguageCall extends PlacedCommand {
  readonly call: LanguageCall;
}

/** All commands of a file's RUNs (ONBUILD triggers included), looked up once for all rules. In the order of the text. */
export interface CommandIndex {
  readonly all: readonly PlacedCommand[];
  readonly calls: readonly PlacedCall[];
  readonly languageCalls: readonly PlacedLanguageCall[];
  /** Those whose program, without its folder, has one of the names. */
  named(...names: readonly string[]): readonly PlacedCommand[];
}

/** Indexes a file; the work is done at the first question. */
export function commandIndex(file: Dockerfile): CommandIndex {
  let all: readonly PlacedCommand[] | undefined;
  let calls: readonly PlacedCall[] | undefined;
  let languageCalls: readonly PlacedLanguageCall[] | undefined;
  let byName: Map<string, PlacedCommand[]> | undefined;
  const everything = () => {
    all ??= file.instructions.flatMap(commandsOf);
    return all;
  };
  return {
    get all() {
      return everything();
    },
    get calls() {
      calls ??= everything().flatMap((placed) => {
        const call = packageCall(placed.command);
        return call ? [{ ...placed, call }] : [];
      });
      return calls;
    },
    get languageCalls() {
      languageCalls ??= everything().flatMap((placed) => {
        const call = languageCall(placed.command);
        return call ? [{ ...placed, call }] : [];
      });
      return languageCalls;
    },
    named(...names) {
      byName ??= grouped(everything());
      const found = names.flatMap((name) => byName?.get(name) ?? []);
      return names.length > 1 ? found.sort((a, b) => a.command.start - b.command.start) : found;
    },
  };
}

function commandsOf(instruction: Instruction): readonly PlacedCommand[] {
  const run = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
  if (run?.kind !== 'RUN' || run.stage === undefined) return [];
  const { stage } = run;
  return run.script.commands.map((command) => ({ command, run, stage }));
}

function grouped(all: readonly PlacedCommand[]): Map<string, PlacedCommand[]> {
  const groups = new Map<string, PlacedCommand[]>();
  for (const placed of all) {
    const group = groups.get(placed.command.name);
    if (group) group.push(placed);
    else groups.set(placed.command.name, [placed]);
  }
  return groups;
}

/** Remembers what is asked of each RUN: a RUN of thousands of commands is gone through once. */
export function perRun<T>(compute: (run: RunInstruction) => T): (run: RunInstruction) => T {
  const known = new Map<RunInstruction, T>();
  return (run) => {
    const found = known.get(run);
    if (found !== undefined) return found;
    const value = compute(run);
    known.set(run, value);
    return value;
  };
}

/** Start of the last command of a RUN that passes a test, or -1. */
export function lastStart(run: RunInstruction, test: (command: ShellCommand) => boolean): number {
  return run.script.commands.findLast(test)?.start ?? -1;
}
