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
    said: /is binary|is not text|UTF-16/,
    reason: 'BuildKit takes zero bytes for text. Nobody means them.',
  },
  {
    by: 'ours',
    said: /./,
    document: /^\s*onbuild/im,
    reason: 'BuildKit reads a trigger only when an image is built on this one: the mistake would be found by somebody else, later.',
  },
  {
    by: 'theirs',
    said: /file with no instructions/,
    reason: 'An empty file is only just begun: an editor says nothing about it.',
  },
  {
    by: 'theirs',
    said: /invalid mount target "\/"/,
    document: /--mount=(?!\S*target=\/)/,
    reason: 'A mount on the working directory: the image below may have set one, which BuildKit was not told of here.',
  },
  {
    by: 'theirs',
    said: /unknown instruction: [A-Z0-9]+_[A-Z0-9_]+$|FROM requires either one or three arguments/,
    document: /^(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+(?:\s|$)|\uFEFF?FROM[ \t]+[A-Z]+[ \t])/m,
    reason:
      'A word in capitals where an instruction or an image stands may be filled in by a generator: we call the file a template and say so.',
  },
  {
    by: 'ours',
    said: /./,
    document: /\r[^\n]/,
    reason: 'A carriage return alone ends a line in an editor, and is a blank to BuildKit. Nobody means it.',
  },
];
