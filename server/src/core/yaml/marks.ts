import { Lexer } from 'yaml';
import { largestYaml } from './parse.ts';

/** A word of YAML that is no part of a value. */
export interface Mark {
  readonly type: 'comment' | 'anchor' | 'alias' | 'tag';
  readonly start: number;
  readonly end: number;
  readonly source: string;
}

const types: Readonly<Record<string, Mark['type']>> = { '#': 'comment', '&': 'anchor', '*': 'alias', '!': 'tag' };

/**
 * Comments, anchors, aliases and tags in the order of the text; none of a file that is too large. Much less work than the whole
 * syntax; never throws.
 */
export function marksOf(text: string): readonly Mark[] {
  if (text.length > largestYaml || !/[#&*!]/.test(text)) return [];
  const marks: Mark[] = [];
  let at = 0;
  let isScalar = false;
  for (const source of new Lexer().lex(text)) {
    // Signs of the lexer itself: the start of a document, an error in brackets, a scalar that follows. They stand in no text.
    if (source === '\u0002' || source === '\u0018' || source === '\u001f') {
      isScalar = source === '\u001f';
      continue;
    }
    const type = isScalar ? undefined : types[source[0] ?? ''];
    if (type) marks.push({ type, start: at, end: at + source.length, source });
    at += source.length;
    isScalar = false;
  }
  return marks;
}
