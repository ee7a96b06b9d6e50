import type { ImageReference, Span, Word } from './model.ts';
import { closingBrace, expand } from './variables.ts';

export interface ReferenceParts {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Splits `host/path:tag@digest`. Grammar: https://pkg.go.dev/github.com/distribution/reference */
export function splitReference(text: string): ReferenceParts {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  return {
    repository: tagged ? named.slice(0, colon) : named,
    ...(tagged ? { tag: named.slice(colon + 1) } : {}),
    ...(at < 0 ? {} : { digest: text.slice(at + 1) }),
  };
}

/** Reads a reference as written, resolving its variables by `lookup`. */
export function imageReference(word: Word, lookup: (name: string) => string | undefined, escapeMark: string): ImageReference {
  const { value, names } = expand(word.value, lookup, escapeMark);
  return {
    start: word.start,
    end: word.end,
    text: word.value,
    variables: names,
    ...(value === undefined || value === '' ? {} : { resolved: value, ...splitReference(value) }),
    ...writtenParts(word),
  };
}

function writtenParts(word: Word): { repositorySpan: Span; tagSpan?: Span; digestSpan?: Span } {
  const { slash, colon, at } = separators(word.text);
  const nameEnd = at < 0 ? word.text.length : at;
  const tagged = colon > slash;
  const place = (start: number, end: number): Span => ({ start: word.start + start, end: word.start + end });
  return {
    repositorySpan: place(0, tagged ? colon : nameEnd),
    ...(tagged ? { tagSpan: place(colon + 1, nameEnd) } : {}),
    ...(at < 0 ? {} : { digestSpan: place(at + 1, word.text.length) }),
  };
}

/** Last slash, last colon and first `@` outside of `${…}`. */
function separators(text: string): { slash: number; colon: number; at: number } {
  let slash = -1;
  let colon = -1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '$' && text[i + 1] === '{') i = closingBrace(text, i + 2);
    else if (c === '/') slash = i;
    else if (c === ':') colon = i;
    else if (c === '@') return { slash, colon, at: i };
  }
  return { slash, colon, at: -1 };
}
