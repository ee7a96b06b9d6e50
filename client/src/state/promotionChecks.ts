import type { Clock } from '../ports.ts';
import { failureOf } from './failure.ts';
import { type FreshAnswers, freshAnswers } from './freshAnswers.ts';

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

/** By `promotionKey`: no hindrance means that it may go. */
export type PromotionChecks = FreshAnswers<Promotion, readonly Hindrance[]>;

export const promotionKey = ({ service, environment, digest }: Promotion): string => `${service} ${environment} ${digest}`;

/** How a promotion is judged. */
export type JudgePromotion = (promotion: Promotion, signal: AbortSignal) => Promise<readonly Hindrance[]>;

/** A judgement holds for a minute: what is asked for depends on records, and on the time (soak, windows). */
export function promotionChecks(judge: JudgePromotion, clock: Clock): PromotionChecks {
  const ask: JudgePromotion = (promotion, signal) =>
    judge(promotion, signal).catch((error) => [{ gate: 'unknown', message: failureOf(error).message }]);
  return freshAnswers({ keyOf: promotionKey, ask, fresh: 60_000, atOnce: 4 }, clock);
}
