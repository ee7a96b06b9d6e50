/** What an environment is pinned to. */
import type { ClusterPin } from './model.ts';
import type { Range } from './places.ts';

/** The identity of the cluster that an environment's context leads to; members that could not be read are absent. */
export interface PinParams {
  readonly product: string;
  readonly environment: string;
  readonly cluster: ClusterPin;
  readonly namespaceUid?: string;
}

/** The pins as edits of the environments file; everything around them stays as it is. */
export interface PinEdit {
  readonly uri: string;
  readonly edits: readonly { readonly range: Range; readonly text: string }[];
}
