/** Positions, ranges and severities, as in LSP 3.18. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** An image by content: the only form in which anything is ever deployed (S1). */
export interface ImageByDigest {
  /** Host, path, no tag: `registry.example.com/zero-dsp/order-api`. */
  readonly repository: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}
