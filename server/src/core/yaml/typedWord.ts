/** The word that is being typed: offsets, and how the text around it stands. */
export interface TypedWord {
  readonly start: number;
  readonly end: number;
  /** Text between the start of the line and the word. */
  readonly before: string;
  /** A colon follows already. */
  readonly keyed: boolean;
  /** A space has to come between the colon before and the value. */
  readonly space: boolean;
}

/** Finds the word around an offset; undefined in a comment. */
export function typedWord(text: string, offset: number): TypedWord | undefined {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const line = text.slice(lineStart, offset);
  if (/(?:^|\s)#/.test(line.replace(/"[^"]*"|'[^']*'/g, ''))) return undefined;
  const glued = /^\s*(?:- +)*[\w./-]+:$/.test(line);
  const typed = glued ? '' : (/[^\s{}[\],"']*$/.exec(line)?.[0] ?? '');
  const start = offset - typed.length;
  const rest = /^(?:[^\s{}[\],"':]|:(?=[^\s]))*/.exec(text.slice(offset))?.[0] ?? '';
  const end = offset + rest.length;
  return { start, end, before: text.slice(lineStart, start), keyed: /^["']?\s*:(?:\s|$)/.test(text.slice(end)), space: glued };
}
