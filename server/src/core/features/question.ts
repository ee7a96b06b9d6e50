import type { ManifestContext } from '../rules/manifestContext.ts';

/** One question, and how to ask it again. */
export interface Question {
  /** Equal questions have equal keys; undefined where that cannot be told. */
  readonly key: string | undefined;
  readonly answer: unknown;
  ask(now: ManifestContext): unknown;
  same(before: unknown, now: unknown): boolean;
}

export type Note = (question: Question) => void;
