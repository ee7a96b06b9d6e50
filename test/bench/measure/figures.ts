/** Figures of a measurement: medians, and ratios to a peer or a floor that was measured in the same run. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, and how many times as much (or as fast) ours is. */
  readonly against?: { readonly name: string; readonly value: number; readonly ratio: number };
  /** The budget of the design, when it has one. */
  readonly budget?: number;
  /** The ratio to what it is compared with that the design allows: at most, or at least when it is below 1. */
  readonly bar?: number;
}

/** The value below which `share` of the samples lie; `share` 0.5 is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const ordered = samples.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export const mean = (samples: readonly number[]): number => samples.reduce((sum, sample) => sum + sample, 0) / samples.length;

/** Milliseconds of a call. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function against(name: string, peer: number, ours: number): NonNullable<Figure['against']> {
  return { name, value: peer, ratio: ours / peer };
}

/** One line per figure, for people. */
export function table(figures: readonly Figure[]): string {
  const number = (value: number) => (value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
  return figures
    .map(({ name, value, unit, against: peer, budget, bar }) => {
      const ours = `${name.padEnd(46)} ${number(value).padStart(10)} ${unit.padEnd(8)}`;
      const compared = peer ? `  ${peer.ratio.toFixed(2)} × ${peer.name} (${number(peer.value)} ${unit})` : '';
      const allowed = budget === undefined ? '' : `  budget ${number(budget)}${value <= budget ? '' : ', exceeded'}`;
      const missed = peer && bar !== undefined && (bar < 1 ? peer.ratio < bar : peer.ratio > bar);
      const limit = bar === undefined ? '' : `  bar ${bar} ×${missed ? ', missed' : ''}`;
      return ours + compared + allowed + limit;
    })
    .join('\n');
}
