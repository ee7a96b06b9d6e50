import { ruleMeta } from '../../generated/ruleMeta.ts';
import { namesRule } from '../dockerfile/pragmas.ts';
import type { RuleMeta } from '../rules/rule.ts';
import type { RuleNames } from '../rules/ruleNames.ts';

/** Checks of hadolint by number; its own list is https://github.com/hadolint/hadolint#rules. */
const hadolint = new Set([
  ...[1001, 4000, 4001, 4003, 4004, 4005, 4006, 3000, 3001, 3002, 3003, 3004, 3006, 3007, 3008, 3009],
  ...Array.from({ length: 58 }, (_, i) => 3010 + i).filter((number) => ![3017, 3031, 3039].includes(number)),
]);
const buildKit = new Set([
  ...['ConsistentInstructionCasing', 'CopyIgnoredFile', 'DuplicateStageName', 'ExposeInvalidFormat', 'ExposeProtoCasing', 'FromAsCasing'],
  ...['FromPlatformFlagConstDisallowed', 'InvalidBaseImagePlatform', 'InvalidDefaultArgInFrom', 'InvalidDefinitionDescription'],
  ...['JSONArgsRecommended', 'LegacyKeyValueFormat', 'MaintainerDeprecated', 'MultipleInstructionsDisallowed', 'NoEmptyContinuation'],
  ...['RedundantTargetPlatform', 'ReservedStageName', 'SecretsUsedInArgOrEnv', 'StageNameCasing', 'UndefinedArgInFrom', 'UndefinedVar'],
  'WorkdirRelativePath',
]);

/** True for an id as BuildKit spells its checks. */
export function isBuildKitCheck(id: string): boolean {
  return /^[A-Z]+[a-z]\w*$/.test(id);
}

/** True for a check that a peer makes, whether or not we make it too. */
export function isPeerCheck(id: string): boolean {
  return (
    buildKit.has(id) || /^(?:SC\d{4}|shellcheck\/(?:SC\d{4}|\*))$/.test(id) || (/^DL\d{4}$/.test(id) && hadolint.has(Number(id.slice(2))))
  );
}

/** Every rule by id, whatever files it is about. */
export const everyRule: Readonly<Record<string, RuleMeta>> = ruleMeta;

/** The names of all rules. */
export function createRuleNames(rules: Readonly<Record<string, RuleMeta>> = everyRule): RuleNames {
  const ids = Object.keys(rules);
  const byAlias = new Map<string, string[]>();
  for (const [id, { aliases }] of Object.entries(rules)) {
    for (const alias of aliases) byAlias.set(alias, [...(byAlias.get(alias) ?? []), id]);
  }
  const rulesOf = (name: string): readonly string[] => {
    if (Object.hasOwn(rules, name)) return [name];
    if (name.includes('*')) return ids.filter((id) => namesRule(name, id));
    return byAlias.get(name) ?? [];
  };
  const all = [...ids, ...byAlias.keys()];
  return { all, rulesOf, knows: (name) => rulesOf(name).length > 0 || isPeerCheck(name) };
}

/** The names of all rules of this version. */
export const ruleNames: RuleNames = createRuleNames();
