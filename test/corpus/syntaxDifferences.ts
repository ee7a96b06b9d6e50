/** Where our grammar is not BuildKit's, and why. */
export interface SyntaxRow {
  readonly by: 'ours' | 'theirs';
  /** The message of the one that refuses. */
  readonly said: RegExp;
  readonly document?: RegExp;
  readonly reason: string;
}

export const syntaxRows: readonly SyntaxRow[] = [
  {
    by: 'ours',
    said: /^There is no mount of type|^A mount of type/,
    reason: 'BuildKit reads the fields of a mount only when it builds the stage; the build stops there.',
  },
  {
    by: 'ours',
    said: /is binary|is not text|UTF-16/,
    reason: 'BuildKit takes zero bytes for text. Nobody means them.',
  },
  {
    by: 'ours',
    said: /./,
    document: /^onbuild/im,
    reason: 'BuildKit reads a trigger only when an image is built on this one: the mistake would be found by somebody else, later.',
  },
  {
    by: 'ours',
    said: /never ends/,
    reason: 'BuildKit takes what follows `<<` in some instructions for plain words; the line was meant as a here-document.',
  },
  {
    by: 'theirs',
    said: /file with no instructions/,
    reason: 'An empty file is only just begun: an editor says nothing about it.',
  },
  {
    by: 'theirs',
    said: /duplicate flag specified|requires at least two arguments/,
    document: /^(?:copy|add)\s+--[a-z]+=\S*--|<</im,
    reason: 'A flag that swallows another, or a here-document without its line, in documents damaged just there; the finding is missed.',
  },
  {
    by: 'theirs',
    said: /requires at least two arguments/,
    document: /^(?:copy|add)[^\n]*--\S*["']/im,
    reason: 'A quote within a flag makes the rest of the line part of the flag; in a document damaged just there the finding is missed.',
  },
  {
    by: 'ours',
    said: /./,
    document: /\r[^\n]/,
    reason: 'A carriage return alone ends a line in an editor, and is a blank to BuildKit. Nobody means it.',
  },
  {
    by: 'ours',
    said: /^invalid reference format/,
    document: /^from\s[^\n]*\\/im,
    reason: 'A backslash within the name of an image: BuildKit takes it away, and the name was not meant so.',
  },
  {
    by: 'ours',
    said: /unexpected end of statement/,
    document: /[^\n]$/,
    reason: 'The document ends within quotes, which BuildKit lets pass where the value is not used.',
  },
];
