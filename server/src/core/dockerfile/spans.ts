/** Start and end offset in the document; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word of the document: `text` as written, `value` without quotes, escapes and continuations, variables not expanded. */
export interface Word extends Span {
  readonly text: string;
  readonly value: string;
}
