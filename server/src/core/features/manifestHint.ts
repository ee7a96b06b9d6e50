import type { Position } from '../../protocol.ts';

/** A note behind a value. */
export interface ManifestHint {
  readonly position: Position;
  readonly label: string;
  /** Markdown. */
  readonly tooltip: string;
}
