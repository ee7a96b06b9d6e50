import type { Clock } from '../ports.ts';
import { createStore, type ReadableStore } from './store.ts';

/** Answers that hold for a while, to questions that somebody looks at the answers of. */
export interface FreshAnswers<Question, Answer> {
  /** What is known, by the key of the question. */
  readonly store: ReadableStore<ReadonlyMap<string, Answer>>;
  /** Asks these, unless that was done lately; forgets all others. */
  want(questions: readonly Question[]): void;
  /** Known from elsewhere. */
  know(question: Question, answer: Answer): void;
}

export interface Asking<Question, Answer> {
  readonly keyOf: (question: Question) => string;
  /** Undefined answers nothing. */
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer | undefined>;
  /** Milliseconds that an answer holds. */
  readonly fresh: number;
  /** Questions at a time. */
  readonly atOnce: number;
}

const patience = 20_000;

/** A few at a time, while somebody looks. */
export function freshAnswers<Question, Answer>(
  { keyOf, ask, fresh, atOnce }: Asking<Question, Answer>,
  clock: Clock,
): FreshAnswers<Question, Answer> {
  const store = createStore<ReadonlyMap<string, Answer>>(new Map());
  const asked = new Map<string, number>();
  let wanted = new Map<string, Question>();
  const queue: string[] = [];
  let running = 0;

  async function check(key: string, question: Question): Promise<void> {
    const found = await ask(question, AbortSignal.timeout(patience));
    if (found !== undefined && wanted.has(key)) store.set(new Map(store.get()).set(key, found));
  }

  function next(): void {
    const key = running < atOnce ? queue.shift() : undefined;
    if (key === undefined) return;
    const question = wanted.get(key);
    if (question !== undefined) {
      running += 1;
      void check(key, question)
        .catch(() => undefined)
        .finally(() => {
          running -= 1;
          next();
        });
    }
    next();
  }

  return {
    store,
    want(questions) {
      const now = clock.now().getTime();
      wanted = new Map(questions.map((question) => [keyOf(question), question] as const));
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
    know(question, answer) {
      const key = keyOf(question);
      asked.set(key, clock.now().getTime());
      store.set(new Map(store.get()).set(key, answer));
    },
  };
}
