import type { LineOrigin } from './effective.ts';
import type { Location } from './places.ts';

export interface ParityParams {
  /** `product/name`; absent: every service. */
  readonly service?: string;
}

/** A field of a service that is not the same in two environments. */
export interface ParityDifference {
  /** `jdk.mode`, `ports[http].port` */
  readonly path: string;
  /** `expected`: may differ; `amount`: how much of it there is. */
  readonly state: 'missing' | 'extra' | 'different' | 'expected' | 'amount';
  /** As written; a map or a list in flow style. Secrets are references. */
  readonly mirror?: string;
  readonly model?: string;
  /** Of an amount: how many times as much the mirrored environment has. */
  readonly ratio?: number;
  readonly location: Location;
}

/** One service in an environment and in the one that it mirrors. */
export interface ServiceParity {
  readonly service: string;
  /** The environment that mirrors. */
  readonly mirror: string;
  /** The one that is mirrored. */
  readonly model: string;
  /** How many fields are the same. */
  readonly same: number;
  readonly differences: readonly ParityDifference[];
}

/** Answer to `waybill/parity`. */
export interface ParityAnswer {
  readonly services: readonly ServiceParity[];
  /** The same as Markdown. */
  readonly text: string;
  /** Where the lines of `text` come from. */
  readonly origins: readonly LineOrigin[];
}
