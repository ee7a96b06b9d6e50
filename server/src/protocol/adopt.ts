/** What a drift asks of the files: the value that runs, or leave to differ. */
import type { Range } from './places.ts';

export type FieldAdoption =
  | {
      /** `product/name`. */
      readonly service: string;
      readonly environment: string;
      /** Path in the manifest: `scale.replicas`. */
      readonly path: string;
      readonly value: string | number;
    }
  | { readonly product: string; readonly environment: string; readonly ignore: string };

/** Text in the place of a range. */
export interface FieldEdit {
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
}
