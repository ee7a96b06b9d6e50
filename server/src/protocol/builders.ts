/** Changes to the members of builder pools. */
import type { Range } from './places.ts';

/** What is to be done to a member of a pool in the environments file. */
export type BuilderChange =
  | { readonly pool: string; readonly member: string; readonly change: 'drain' | 'undrain' | 'remove' }
  | { readonly pool: string; readonly member: string; readonly change: 'add'; readonly host: string };

/** The change as an edit of the file; everything around it stays as it is. */
export interface BuilderEdit {
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
}
