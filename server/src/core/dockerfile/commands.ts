import { lazily } from '../text/lazily.ts';
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
  /** All programs that are called. */
  names(): Iterable<string>;
}

/** Indexes a file; the work is done at the first question. */
export function commandIndex(file: Dockerfile): CommandIndex {
  const all = lazily(() => commandsOf(file.instructions));
  const calls = lazily(() => callsOf(all()));
  const languageCalls = lazily(() => languageCallsOf(all()));
  const byName = lazily(() => grouped(all()));
  return {
    get all() {
      return all();
    },
    get calls() {
      return calls();
    },
    get languageCalls() {
      return languageCalls();
    },
    named(...names) {
      const groups = byName();
      const [name] = names;
      if (groups.size === 0 || name === undefined) return [];
      if (names.length === 1) return groups.get(name) ?? [];
      return names.flatMap((one) => groups.get(one) ?? []).sort((a, b) => a.command.start - b.command.start);
    },
    names: () => byName().keys(),
  };
}

function callsOf(all: readonly PlacedCommand[]): readonly PlacedCall[] {
  const calls: PlacedCall[] = [];
  for (const placed of all) {
    const call = packageCall(placed.command);
    if (call) calls.push({ ...placed, call });
  }
  return calls;
}

function languageCallsOf(all: readonly PlacedCommand[]): readonly PlacedLanguageCall[] {
  const calls: PlacedLanguageCall[] = [];
  for (const placed of all) {
    const call = languageCall(placed.command);
    if (call) calls.push({ ...placed, call });
  }
  return calls;
}

function commandsOf(instructions: readonly Instruction[]): readonly PlacedCommand[] {
  const all: PlacedCommand[] = [];
  for (const instruction of instructions) {
    const run = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
    if (run?.kind !== 'RUN' || run.stage === undefined) continue;
    for (const command of run.script.commands) all.push({ command, run, stage: run.stage });
  }
  return all;
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
