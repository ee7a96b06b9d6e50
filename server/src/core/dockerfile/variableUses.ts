import type { Span } from './model.ts';

/** A `$NAME` or `${NAME…}` that Docker itself replaces. */
export interface VariableUse extends Span {
  readonly name: string;
  /** True when a modifier says what happens without a value: `${A:-x}`, `${A-x}`, `${A:+x}`, `${A+x}`, `${A:?x}`, `${A?x}`. */
  readonly guarded: boolean;
  /** Offsets of the name alone. */
  readonly nameSpan: Span;
}

/** A brace is not looked for any further: the search must stay linear. */
const maxModifier = 300;

const pattern = /\$(?:\{([A-Za-z_]\w*)(:?[-+?])?|([A-Za-z_]\w*))/y;

/** Variables in a stretch of the document; escaped dollars and single quotes (unless `quotes` is false: heredocs) keep theirs. */
export function variableUses(text: string, span: Span, escapeMark: string, quotes = true): readonly VariableUse[] {
  if (!text.slice(span.start, span.end).includes('$')) return [];
  const uses: VariableUse[] = [];
  let double = false;
  for (let at = span.start; at < span.end; at++) {
    const c = text[at];
    if (c === escapeMark) at++;
    else if (c === '"' && quotes) double = !double;
    else if (c === "'" && quotes && !double) {
      const close = text.indexOf("'", at + 1);
      if (close < 0 || close >= span.end) break;
      at = close;
    } else if (c === '$') {
      const use = useAt(text, at);
      if (use) uses.push(use);
    }
  }
  return uses;
}

function useAt(text: string, at: number): VariableUse | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const braced = match[1] !== undefined;
  const name = match[1] ?? match[3] ?? '';
  const nameStart = at + (braced ? 2 : 1);
  const nameSpan = { start: nameStart, end: nameStart + name.length };
  const close = braced ? text.slice(nameSpan.end, nameSpan.end + maxModifier).indexOf('}') : -1;
  return { name, guarded: match[2] !== undefined, nameSpan, start: at, end: close < 0 ? nameSpan.end : nameSpan.end + close + 1 };
}
