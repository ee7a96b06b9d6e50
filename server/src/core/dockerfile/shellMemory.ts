import { parseShell } from './shell.ts';
import type { ShellCommand, ShellPipe, ShellScope, ShellScript, ShellSource, ShellWord } from './shellModel.ts';
import type { Span } from './spans.ts';

/** Reads shell texts; those that the version before had too are not parsed again. */
export interface ShellMemory {
  parse(source: ShellSource): ShellScript;
}

interface Known {
  readonly base: number;
  readonly script: ShellScript;
}

/**
 * A memory for the next version of a document. It holds what that version asks for, and looks the rest up in the one before,
 * so that it never grows beyond one version.
 */
export function shellMemory(): { next(): ShellMemory } {
  let known: ReadonlyMap<string, Known> = new Map();
  return {
    next() {
      const before = known;
      const now = new Map<string, Known>();
      known = now;
      return {
        parse(source) {
          const key = `${source.kind} ${source.text}`;
          const found = now.get(key) ?? before.get(key);
          const script = found ? movedScript(found.script, source.base - found.base) : parseShell(source);
          now.set(key, { base: source.base, script });
          return script;
        },
      };
    },
  };
}

function movedScript(script: ShellScript, by: number): ShellScript {
  if (by === 0) return script;
  return {
    ...script,
    commands: script.commands.map((command) => movedCommand(command, by)),
    scopes: script.scopes.map((scope) => movedScope(scope, by)),
    ...(script.pipes ? { pipes: script.pipes.map((pipe) => movedPipe(pipe, by)) } : {}),
  };
}

function movedCommand(command: ShellCommand, by: number): ShellCommand {
  const { redirects } = command;
  return {
    ...moved(command, by),
    words: movedWords(command.words, by),
    prefixes: movedWords(command.prefixes, by),
    assignments: command.assignments.map(({ name, value, start, end }) => ({
      name,
      value,
      ...(start === undefined ? {} : { start: start + by }),
      ...(end === undefined ? {} : { end: end + by }),
    })),
    ...(redirects ? { redirects: redirects.map((redirect) => ({ ...redirect, target: moved(redirect.target, by) })) } : {}),
  };
}

function movedScope(scope: ShellScope, by: number): ShellScope {
  return { ...moved(scope, by), ...(scope.lastEnd === undefined ? {} : { lastEnd: scope.lastEnd + by }) };
}

function movedPipe(pipe: ShellPipe, by: number): ShellPipe {
  return { ...moved(pipe, by), left: movedWords(pipe.left, by) };
}

function movedWords(words: readonly ShellWord[], by: number): readonly ShellWord[] {
  return words.map((word) => ({
    text: word.text,
    value: word.value,
    literal: word.literal,
    start: word.start + by,
    end: word.end + by,
  }));
}

function moved<T extends Span>(span: T, by: number): T {
  return { ...span, start: span.start + by, end: span.end + by };
}
