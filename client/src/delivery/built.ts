import type { BuilderMember, BuildSpec, ServiceSummary } from '../../../server/src/protocol.ts';
import type { BuiltImage, SourceState } from '../ports.ts';
import type { Attempt } from './choose.ts';
import type { LayerCounts } from './layerProof.ts';

/** An image that was built, and how. */
export interface Built {
  readonly id: string;
  readonly service: ServiceSummary;
  readonly spec: BuildSpec;
  readonly tag: string;
  readonly source: SourceState;
  readonly image: BuiltImage;
  readonly pool: string;
  readonly member: BuilderMember;
  readonly attempts: readonly Attempt[];
  /** Absent when the catalogue does not know the base. */
  readonly layers?: LayerCounts;
  readonly started: Date;
  /** Where records are kept. */
  readonly folder: string;
}
