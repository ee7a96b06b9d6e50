import type { Span, Word } from './spans.ts';

/** A word of a command. `literal` is false when the shell puts something in its place. */
export interface ShellWord extends Word {
  readonly literal: boolean;
}

/** One simple command, wherever it stands: in a chain, a loop, a subshell, a substitution or the text of `sh -c`. */
export interface ShellCommand extends Span {
  /** Program without its folder (`/usr/bin/apt-get` → `apt-get`); empty when it is not literal. */
  readonly name: string;
  /** The program's word first; `sudo`, `env` and the like are left out. */
  readonly words: readonly ShellWord[];
  /** What was left out: `sudo`, `env`, `time`… */
  readonly prefixes: readonly ShellWord[];
  readonly assignments: readonly { readonly name: string; readonly value: string; readonly start?: number; readonly end?: number }[];
  /** Files of `>`, `>>` and the like; absent when there are none. */
  readonly redirects?: readonly { readonly operator: string; readonly fd?: number; readonly target: ShellWord }[];
  /** Program on the other side of the pipe that it reads from; empty when that is not a simple command. */
  readonly pipedFrom?: string;
  /** Index in `scopes`. */
  readonly scope: number;
}

/** A text that one shell reads: the line of a RUN, the body of a heredoc, the argument of `sh -c`. */
export interface ShellScope extends Span {
  readonly kind: 'line' | 'heredoc' | 'argument';
  /** End of its last statement, where another can be chained; undefined when the statement runs in the background. */
  readonly lastEnd?: number;
}

/** A text to be read as shell; `text[0]` stands at document offset `base`. */
export interface ShellSource {
  readonly text: string;
  readonly base: number;
  readonly kind: ShellScope['kind'];
}

/** One `|`. */
export interface ShellPipe extends Span {
  readonly scope: number;
  /** Program that writes into it, as words; empty when it is not a simple command. */
  readonly left: readonly ShellWord[];
  /** True when nothing writes into that program's own input. */
  readonly first: boolean;
  /** True where `if`, `while`, `!`, `&&` of a test or `|| true` settle what a failure means. */
  readonly handled: boolean;
}

export interface ShellScript {
  /** In the order of the text. */
  readonly commands: readonly ShellCommand[];
  readonly scopes: readonly ShellScope[];
  /** Pipes, in the order of the text; absent when there are none. */
  readonly pipes?: readonly ShellPipe[];
  /** True when the shell parser found errors: fixes keep away. */
  readonly broken: boolean;
}
