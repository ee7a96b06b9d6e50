import type { ManifestContext, ManifestRule } from '../rules/manifestContext.ts';
import type { Report } from '../rules/rule.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { Question } from './question.ts';
import { recordedContext } from './recording.ts';
import { serviceViews } from './serviceViews.ts';

/** Runs a rule on one file, or says what it said before. */
export type RunRule = (id: string, rule: ManifestRule) => readonly Report[];

/** What rules said of files whose text is still the same, as long as what they asked of other files has the same answers. */
export type ReportMemo = (context: ManifestContext) => RunRule;

interface Remembered {
  readonly questions: readonly Question[];
  readonly reports: readonly Report[];
}

export function reportMemo(): ReportMemo {
  const known = new WeakMap<YamlFile, Map<string, Remembered>>();
  const views = serviceViews();
  return (context) => {
    const remembered = known.get(context.yaml) ?? new Map<string, Remembered>();
    known.set(context.yaml, remembered);
    const holds = holding(context);
    return (id, rule) => {
      const before = remembered.get(id);
      if (before?.questions.every(holds)) return before.reports;
      const questions = new Map<unknown, Question>();
      const note = (question: Question): void => {
        const key = question.key ?? question;
        if (!questions.has(key)) questions.set(key, question);
      };
      const reports = views.noting(note, () => rule.check(recordedContext(context, note, views)));
      remembered.set(id, { questions: [...questions.values()], reports });
      return reports;
    };
  };
}

/** Tells whether questions have the answers of before; equal ones of several rules are asked and compared once. */
function holding(context: ManifestContext): (question: Question) => boolean {
  const answers = new Map<string, unknown>();
  const verdicts = new Map<string, { readonly before: unknown; readonly holds: boolean }>();
  return ({ key, answer, ask, same }) => {
    if (key === undefined) return same(answer, ask(context));
    const verdict = verdicts.get(key);
    if (verdict && verdict.before === answer) return verdict.holds;
    if (!answers.has(key)) answers.set(key, ask(context));
    const holds = same(answer, answers.get(key));
    verdicts.set(key, { before: answer, holds });
    return holds;
  };
}
