import type { BuilderMember, BuildSpec, ServiceSummary } from '../../../server/src/protocol.ts';
import type { BuiltImage, SourceState } from '../ports.ts';
import type { Attempt } from './choose.ts';
import type { LayerCounts } from './layerProof.ts';

/** One platform of an image, where it was built, and by what tag it is pushed. */
export interface BuiltPlatform {
  readonly platform: string;
  readonly tag: string;
  readonly member: BuilderMember;
  readonly image: BuiltImage;
}

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
  /** Of a build for several platforms: each, the first among them, under a tag of its own. */
  readonly platforms?: readonly BuiltPlatform[];
  /** Where records are kept. */
  readonly folder: string;
}
