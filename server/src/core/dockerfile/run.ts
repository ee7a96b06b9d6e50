import type { RawInstruction } from './lines.ts';
import type { Heredoc, Word } from './model.ts';
import { commandArgument, noScript } from './shell.ts';
import type { ShellScript, ShellSource, ShellWord } from './shellModel.ts';
import type { Slice } from './words.ts';

/**
 * The shell text of a RUN: its own lines at their places, the bodies of heredocs, or what `["sh", "-c", "…"]` carries.
 * Other shells' bodies (a shebang line that names no sh) give nothing.
 */
export function runScript(
  text: string,
  raw: RawInstruction,
  rest: Slice,
  json: readonly Word[] | undefined,
  parse: (source: ShellSource) => ShellScript,
): ShellScript {
  if (json) return jsonScript(json, parse);
  const only = raw.heredocs.length === 1 ? raw.heredocs[0] : undefined;
  if (only && aloneOnLine(raw, rest, only)) return bodyScript(text, only, parse);
  const head = raw.code.slice(rest.from, rest.to);
  const tail = raw.heredocs.length > 0 ? text.slice(raw.headEnd, raw.end).replaceAll('\r', ' ') : '';
  return parse({ text: head + tail, base: raw.start + rest.from, kind: 'line' });
}

function aloneOnLine(raw: RawInstruction, rest: Slice, heredoc: Heredoc): boolean {
  const before = raw.code.slice(rest.from, heredoc.operator.start - raw.start);
  const after = raw.code.slice(heredoc.operator.end - raw.start, rest.to);
  return before.trim() === '' && after.trim() === '';
}

function bodyScript(text: string, heredoc: Heredoc, parse: (source: ShellSource) => ShellScript): ShellScript {
  const body = text.slice(heredoc.body.start, heredoc.body.end).replaceAll('\r', ' ');
  const shebang = /^\s*#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(body);
  if (shebang && !/\b(?:ba|da|a|k|z)?sh$/.test(shebang[2]?.startsWith('-') ? (shebang[1] ?? '') : (shebang[2] ?? shebang[1] ?? ''))) {
    return noScript;
  }
  return parse({ text: body, base: heredoc.body.start, kind: 'heredoc' });
}

/** Exec form: one command without a shell, or the script in its `-c` argument. */
function jsonScript(json: readonly Word[], parse: (source: ShellSource) => ShellScript): ShellScript {
  const words: ShellWord[] = json.map((word) => ({ ...word, literal: true }));
  const first = words[0];
  const last = words.at(-1);
  if (!first || !last) return noScript;
  const name = first.value.slice(first.value.lastIndexOf('/') + 1);
  const argument = /^(?:ba|da|a|k|z)?sh$/.test(name) ? commandArgument(words) : undefined;
  const scope = { kind: 'argument' as const, start: first.start, end: last.end };
  if (!argument) {
    return {
      commands: [{ name, words, prefixes: [], assignments: [], scope: 0, start: first.start, end: last.end }],
      scopes: [scope],
      broken: false,
    };
  }
  const inner = argument.text.slice(1, -1).replace(/\\(.)/g, (_, c: string) => (c === 'n' ? ' \n' : ` ${c}`));
  return parse({ text: inner, base: argument.start + 1, kind: 'argument' });
}
