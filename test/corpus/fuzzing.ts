/** Damaged documents, judged with rules that nothing guards. */
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { dockerfileContext } from '../../server/src/core/features/lint.ts';
import { dockerfileRules } from '../../server/src/generated/rules.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';
import { dockerfiles } from './corpus.ts';
import { damaged, numbers } from './mutations.ts';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Called after each document, with the longest time so far in ms. */
  readonly progress?: (done: number, slowest: number) => void;
}

/** Processor time that one document may take, in milliseconds; a slow start of the machine's caches is part of it. */
const deadline = 2_000;

/** Returns the longest time that a document took, in ms. Throws with the document's text when a rule throws or the deadline is missed. */
export function fuzz({ count, seed, progress }: FuzzOptions): number {
  const random = numbers(seed);
  const texts = dockerfiles().map(({ text }) => text);
  const workspaces = [shop(), shop({ standards: 'none' })];
  const rules = Object.entries(dockerfileRules);
  let slowest = 0;
  for (let done = 1; done <= count; done++) {
    const text = damaged(texts[random(texts.length)] ?? '', texts, random);
    const before = process.cpuUsage();
    let at = 'parse';
    try {
      const context = dockerfileContext(parseDockerfile(dockerfileUri, text), workspaces[done % 2] ?? shop());
      for (const [id, rule] of rules) {
        at = id;
        rule.check(context);
      }
    } catch (error) {
      throw new Error(`Document ${done}, ${at}: ${JSON.stringify(text)}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(before);
    slowest = Math.max(slowest, (user + system) / 1000);
    if (slowest > deadline) throw new Error(`Document ${done} took ${slowest.toFixed(0)} ms: ${JSON.stringify(text)}`);
    progress?.(done, slowest);
  }
  return slowest;
}
