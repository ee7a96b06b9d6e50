import type { TextEdit } from '../text/edits.ts';
import type { Dockerfile, RunInstruction } from './model.ts';
import type { ShellScope } from './shellModel.ts';

/**
 * Edit that runs `command` after everything else in a scope, in the style of the RUN: chained with `&&` (or `;`) in its
 * place, a line of its own when every command has one, the next line in a heredoc. Undefined where that is not certain.
 */
export function chainEdit(file: Dockerfile, run: RunInstruction, scope: ShellScope, command: string): TextEdit | undefined {
  const at = scope.lastEnd;
  if (at === undefined || run.script.broken) return undefined;
  if (scope.kind === 'line' && at > run.headEnd) return undefined;
  const position = file.index.positionAt(at);
  return { range: { start: position, end: position }, text: joint(file, scope, at) + command };
}

/** The same for many findings of one file: the style of each scope is looked up once. */
export function chaining(file: Dockerfile): (run: RunInstruction, scope: ShellScope, command: string) => TextEdit | undefined {
  const known = new Map<ShellScope, TextEdit | undefined>();
  return (run, scope, command) => {
    if (!known.has(scope)) known.set(scope, chainEdit(file, run, scope, ''));
    const edit = known.get(scope);
    return edit && { ...edit, text: edit.text + command };
  };
}

function joint(file: Dockerfile, scope: ShellScope, at: number): string {
  const text = file.text.slice(scope.start, at);
  if (scope.kind === 'heredoc') {
    const lastLine = text.slice(text.lastIndexOf('\n') + 1);
    const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
    return newline + (/^[ \t]*/.exec(lastLine)?.[0] ?? '');
  }
  const leading = last(text, /(\s*[\\`][ \t]*\r?\n[ \t]*)(&&|;)([ \t]*)/g);
  if (leading) return `${leading[1]}${leading[2]}${leading[3]}`;
  const trailing = last(text, /([ \t]*)(&&|;)([ \t]*[\\`][ \t]*\r?\n[ \t]*)/g);
  if (trailing) return `${trailing[1]}${trailing[2]}${trailing[3]}`;
  return ' && ';
}

function last(text: string, pattern: RegExp): RegExpExecArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}
