/** Amounts as Kubernetes writes them (`500m`, `1536Mi`, `1.5`), as numbers for the Engine API. */
import { fail } from '../errors.ts';

const factors: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Reads a quantity. Throws `configuration` naming `what` when it is none. */
export function quantity(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(m|[kKMGT]i?)?$/.exec(text.trim());
  const factor = match ? factors[match[2] ?? ''] : undefined;
  if (!match || factor === undefined) {
    throw fail('configuration', `${what} is \`${text}\`, which is not an amount`, 'Write a number with a unit, such as 500m or 1536Mi.');
  }
  return Number(match[1]) * factor;
}

export function memoryBytes(text: string, what: string): number {
  return Math.round(quantity(text, what));
}

/** Billionths of a CPU, the unit of `HostConfig.NanoCpus`. */
export function nanoCpus(text: string, what: string): number {
  return Math.round(quantity(text, what) * 1e9);
}
