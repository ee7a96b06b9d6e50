/** The half that knows rules by what is told of them: lists, names and pages. It loads no rule. */
export { explainRule } from './explain.ts';
export { ruleLines, rulesNamed, ruleTable } from './ruleList.ts';
