import type { Span } from './spans.ts';

/** A place where a check of certificates or signatures is switched off. */
export interface Unchecked extends Span {
  /** As written, or the setting's name. */
  readonly what: string;
  readonly check: 'certificate' | 'signature';
  /** What to delete, and what to leave in its place; absent when nobody can tell. */
  readonly removal?: Span & { readonly text: string };
}
