import type { ManifestContext, ManifestRule } from '../rules/manifestContext.ts';
import type { Report } from '../rules/rule.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { type Question, recordedContext } from './recording.ts';

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
  return (context) => {
    const remembered = known.get(context.yaml) ?? new Map<string, Remembered>();
    known.set(context.yaml, remembered);
    const ask = asking(context);
    return (id, rule) => {
      const before = remembered.get(id);
      if (before?.questions.every((question) => question.same(question.answer, ask(question)))) return before.reports;
      const questions = new Map<unknown, Question>();
      const reports = rule.check(
        recordedContext(context, (question) => {
          const key = question.key ?? question;
          if (!questions.has(key)) questions.set(key, question);
        }),
      );
      remembered.set(id, { questions: [...questions.values()], reports });
      return reports;
    };
  };
}

/** Asks equal questions of all rules once. */
function asking(context: ManifestContext): (question: Question) => unknown {
  const answers = new Map<string, unknown>();
  return ({ key, ask }) => {
    if (key === undefined) return ask(context);
    if (!answers.has(key)) answers.set(key, ask(context));
    return answers.get(key);
  };
}
