/** What `expand` found: the value, undefined when a variable without a value is needed, and the names in order. */
export interface Expansion {
  readonly value?: string;
  readonly names: readonly string[];
}

type Lookup = (name: string) => string | undefined;

const maxDepth = 10;

/**
 * Replaces `$name` and `${name…}` in a word as written, quotes removed, with the modifiers of the Dockerfile reference
 * (`:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`). Linear apart from nesting, which is bounded.
 */
export function expand(text: string, lookup: Lookup, escapeMark = '\\'): Expansion {
  if (!/[$'"\\`]/.test(text)) return { value: text, names: [] };
  const names: string[] = [];
  const value = expandText(text, lookup, escapeMark, names, 0);
  return value === undefined ? { names } : { value, names };
}

function expandText(text: string, lookup: Lookup, escapeMark: string, names: string[], depth: number): string | undefined {
  let result = '';
  let known = true;
  let double = false;
  let at = 0;
  while (at < text.length) {
    const c = text[at] ?? '';
    if ((c === "'" && !double) || c === '"' || (c === escapeMark && at + 1 < text.length)) {
      const taken = quoteAt(text, at);
      result += taken.value;
      at = taken.end;
      if (c === '"') double = !double;
    } else if (c === '$') {
      const { value, end } = variableAt(text, at, lookup, escapeMark, names, depth);
      if (value === undefined) known = false;
      else result += value;
      at = end;
    } else {
      result += c;
      at++;
    }
  }
  return known ? result : undefined;
}

/** A single-quoted part whole, a double quote itself, or an escaped character. */
function quoteAt(text: string, at: number): { readonly value: string; readonly end: number } {
  if (text[at] === '"') return { value: '', end: at + 1 };
  if (text[at] !== "'") return { value: text[at + 1] === '\n' ? '' : (text[at + 1] ?? ''), end: at + 2 };
  const close = text.indexOf("'", at + 1);
  const end = close < 0 ? text.length : close;
  return { value: text.slice(at + 1, end), end: end + 1 };
}

const namePattern = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/;
/** Names longer than this are not read to their end. */
const maxName = 256;

function nameAt(text: string, at: number): string | undefined {
  return namePattern.exec(text.slice(at, at + maxName))?.[0];
}

function variableAt(text: string, at: number, lookup: Lookup, escapeMark: string, names: string[], depth: number) {
  if (text[at + 1] !== '{') {
    const name = nameAt(text, at + 1);
    if (name === undefined) return { value: '$', end: at + 1 };
    names.push(name);
    return { value: lookup(name), end: at + 1 + name.length };
  }
  const close = closingBrace(text, at + 2);
  const name = nameAt(text, at + 2);
  if (name === undefined || depth > maxDepth) return { value: undefined, end: close + 1 };
  names.push(name);
  const rest = text.slice(at + 2 + name.length, close);
  const inner = (word: string) => expandText(word, lookup, escapeMark, names, depth + 1);
  return { value: modified(lookup(name), rest, inner), end: close + 1 };
}

/** Offset of the brace that closes the one before `from`, or the end of the text. */
export function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{' && text[at - 1] === '$') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

const modifier = /^(:?[-+?]|##?|%%?|\/\/?)/;

function modified(value: string | undefined, rest: string, inner: (word: string) => string | undefined): string | undefined {
  if (rest === '') return value;
  const operator = modifier.exec(rest)?.[0];
  if (operator === undefined) return undefined;
  const word = rest.slice(operator.length);
  const unset = value === undefined || (operator.startsWith(':') && value === '');
  switch (operator) {
    case ':-':
    case '-':
      return unset ? inner(word) : value;
    case ':+':
    case '+':
      return unset ? '' : inner(word);
    case ':?':
    case '?':
      return unset ? undefined : value;
    case '/':
    case '//':
      return replaced(value, word, operator === '//', inner);
    default:
      return value === undefined ? undefined : trimmed(value, inner(word) ?? '', operator);
  }
}

function replaced(value: string | undefined, word: string, all: boolean, inner: (word: string) => string | undefined) {
  if (value === undefined) return undefined;
  const slash = word.indexOf('/');
  const pattern = inner(slash < 0 ? word : word.slice(0, slash)) ?? '';
  const replacement = slash < 0 ? '' : (inner(word.slice(slash + 1)) ?? '');
  if (pattern === '') return value;
  return value.replace(new RegExp(globSource(pattern), all ? 'gs' : 's'), () => replacement);
}

function trimmed(value: string, pattern: string, operator: string): string {
  const whole = new RegExp(`^${globSource(pattern)}$`, 's');
  const longest = operator.length === 2;
  const lengths = Array.from({ length: Math.min(value.length, 1000) + 1 }, (_, i) => i);
  if (longest) lengths.reverse();
  for (const length of lengths) {
    const part = operator.startsWith('#') ? value.slice(0, length) : value.slice(value.length - length);
    if (whole.test(part)) return operator.startsWith('#') ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** Patterns with many stars are taken literally: matching them could take for ever. */
function globSource(pattern: string): string {
  const literal = pattern.slice(0, 200).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const stars = literal.split('*').length - 1;
  return stars > 3 ? literal.replace(/[*?]/g, '\\$&') : literal.replaceAll(/\*+/g, '.*').replaceAll('?', '.');
}
