// Derived by test/codegen/rules.ts. Change the rule or its specification, then run the tests with UPDATE=1.
export { dockerfileRules } from './dockerfileRules.ts';
export { manifestRules } from './manifestRules.ts';
