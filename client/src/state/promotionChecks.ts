import type { Clock } from '../ports.ts';
import { failureOf } from './failure.ts';
import { createStore, type ReadableStore } from './store.ts';

/** A release that runs in one environment and could go to another one. */
export interface Promotion {
  /** `product/name`. */
  readonly service: string;
  /** `product/name` of the environment that it would go to. */
  readonly environment: string;
  readonly digest: string;
}

/** What keeps a promotion out: gate and sentence. */
export interface Hindrance {
  readonly gate: string;
  readonly message: string;
}

export interface PromotionChecks {
  /** What is known, by `promotionKey`: no hindrance means that it may go. */
  readonly store: ReadableStore<ReadonlyMap<string, readonly Hindrance[]>>;
  /** Judges these, unless that was done within the last minute; forgets all others. */
  want(promotions: readonly Promotion[]): void;
}

export const promotionKey = ({ service, environment, digest }: Promotion): string => `${service} ${environment} ${digest}`;

/** How a promotion is judged. */
export type JudgePromotion = (promotion: Promotion, signal: AbortSignal) => Promise<readonly Hindrance[]>;

/** A judgement holds so long; milliseconds. What is asked for depends on records, and on the time (soak, windows). */
const fresh = 60_000;
const patience = 20_000;
const atOnce = 4;

/** Judges promotions while somebody looks at them, a few at a time. */
export function promotionChecks(judge: JudgePromotion, clock: Clock): PromotionChecks {
  const store = createStore<ReadonlyMap<string, readonly Hindrance[]>>(new Map());
  const asked = new Map<string, number>();
  let wanted = new Map<string, Promotion>();
  const queue: string[] = [];
  let running = 0;

  async function check(key: string, promotion: Promotion): Promise<void> {
    const found = await judge(promotion, AbortSignal.timeout(patience)).catch((error) => [
      { gate: 'unknown', message: failureOf(error).message },
    ]);
    if (wanted.has(key)) store.set(new Map(store.get()).set(key, found));
  }

  function next(): void {
    const key = running < atOnce ? queue.shift() : undefined;
    if (key === undefined) return;
    const promotion = wanted.get(key);
    if (promotion) {
      running += 1;
      void check(key, promotion).finally(() => {
        running -= 1;
        next();
      });
    }
    next();
  }

  return {
    store,
    want(promotions) {
      const now = clock.now().getTime();
      wanted = new Map(promotions.map((promotion) => [promotionKey(promotion), promotion] as const));
      for (const key of [...asked.keys()]) if (!wanted.has(key)) asked.delete(key);
      if ([...store.get().keys()].some((key) => !wanted.has(key))) {
        store.set(new Map([...store.get()].filter(([key]) => wanted.has(key))));
      }
      for (const key of wanted.keys()) {
        if (now - (asked.get(key) ?? Number.NEGATIVE_INFINITY) < fresh) continue;
        asked.set(key, now);
        queue.push(key);
      }
      next();
    },
  };
}
