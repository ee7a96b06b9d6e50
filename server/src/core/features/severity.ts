import type { Severity } from '../../protocol.ts';
import { namesRule, type Pragmas } from '../dockerfile/pragmas.ts';
import type { DockerfileContext, DockerfileRule } from '../rules/context.ts';
import type { Finding, Report, RuleMeta } from '../rules/rule.ts';
import type { HadolintConfig } from '../standards/hadolintConfig.ts';
import type { Standards, Waiver } from '../standards/model.ts';
import { globMatches, relativePath } from '../text/uris.ts';
import { isBuildKitCheck } from './ruleNames.ts';

export type RegisteredRule = DockerfileRule & { readonly id: string };

/** Rule id or `category/*` → severity. */
export type Severities = Readonly<Record<string, Severity | 'off'>>;

/** What decides whether a rule speaks and how loud: standards, then the editor's settings, then `.hadolint.yaml`, then the rule itself. */
export interface Policy {
  readonly standards?: Standards;
  /** The setting `waybill.rules` of the editor. */
  readonly settings?: Severities;
  readonly config?: HadolintConfig;
  readonly pragmas: Pragmas;
  /** Everything that is off by default is on. */
  readonly allRules: boolean;
  /** Only these rules are asked. */
  readonly only?: ReadonlySet<string>;
}

/** True when the rule takes part. */
export function isOn(rule: RuleMeta & { readonly id: string }, policy: Policy): boolean {
  if (policy.only) return policy.only.has(rule.id);
  const demanded = demandedSeverity(policy, rule.id);
  if (demanded === 'off') return false;
  if (!rule.optIn || policy.allRules || demanded !== undefined) return true;
  return policy.config?.override.has(rule.id) || rule.aliases.some((alias) => isAsked(alias, policy));
}

function isAsked(alias: string, { config, pragmas }: Policy): boolean {
  if (config?.override.has(alias)) return true;
  return (
    pragmas.experimental.includes(alias) || (pragmas.experimental.includes('all') && isBuildKitCheck(alias) && experimental.has(alias))
  );
}

/** Checks of BuildKit that are experimental. */
const experimental: ReadonlySet<string> = new Set(['InvalidDefinitionDescription']);

const quiet: readonly Severity[] = ['hint', 'info', 'warning', 'error'];

/** The severity of a report under the policy. */
export function severityOf(rule: RegisteredRule, report: Report, policy: Policy): Severity | 'off' {
  const own = report.severity ?? rule.severity;
  const demanded = demandedSeverity(policy, rule.id);
  if (demanded) return demanded;
  const { config, pragmas } = policy;
  const aliases = report.aliases ?? rule.aliases;
  if (config?.ignored.some(({ name }) => name === rule.id || aliases.includes(name))) return 'off';
  const asked = config ? [rule.id, ...aliases].flatMap((name) => config.override.get(name) ?? []) : [];
  // A rule that is off but for one of its checks speaks of that check alone.
  if (asked.length === 0 && rule.optIn && !policy.allRules && !policy.only && !aliases.some((alias) => isAsked(alias, policy)))
    return 'off';
  const severity = quiet.findLast((level) => asked.includes(level)) ?? own;
  return pragmas.checkErrors && aliases.some(isBuildKitCheck) ? 'error' : severity;
}

/** What the standards, else the settings, say of a rule. */
export function demandedSeverity(
  { standards, settings }: Pick<Policy, 'standards' | 'settings'>,
  id: string,
): Severity | 'off' | undefined {
  return severityIn(standards?.severity, id) ?? severityIn(settings, id);
}

/** By id, else by the longest pattern. */
function severityIn(severities: Severities | undefined, id: string): Severity | 'off' | undefined {
  if (!severities) return undefined;
  const own = Object.hasOwn(severities, id) ? severities[id] : undefined;
  if (own) return own;
  let longest: string | undefined;
  for (const pattern in severities) {
    if (pattern.endsWith('*') && pattern.length > (longest?.length ?? 0) && namesRule(pattern, id)) longest = pattern;
  }
  return longest === undefined ? undefined : severities[longest];
}

export const louder: Readonly<Record<Severity, Severity>> = { hint: 'info', info: 'warning', warning: 'error', error: 'error' };

/** What waivers make of a finding: it, louder when one has expired, or nothing; and the waivers that were about it. */
export interface Waived {
  readonly finding: Finding;
  readonly accepted: boolean;
  readonly by: readonly Waiver[];
}

/** Applies the waivers of the standards to a finding. */
export function afterWaivers(finding: Finding, context: DockerfileContext): Waived {
  const all = context.standards?.waivers ?? [];
  const waivers = all.length > 0 ? all.filter((waiver) => covers(waiver, finding, context)) : all;
  const [waiver] = waivers;
  if (!waiver) return { finding, accepted: false, by: waivers };
  // A waiver holds through its last day.
  if (waivers.some(({ expires }) => expires >= context.today)) return { finding, accepted: true, by: waivers };
  const message = `${finding.message} The waiver \`${waiver.id}\` expired on ${waiver.expires}.`;
  return { finding: { ...finding, message, severity: louder[finding.severity] }, accepted: false, by: waivers };
}

function covers({ rules, services, files = [], location }: Waiver, finding: Finding, { manifest, file }: DockerfileContext): boolean {
  if (!rules.some((pattern) => namesRule(pattern, finding.rule) || finding.aliases.includes(pattern))) return false;
  const inService = services.length === 0 || services.some((name) => manifest && (name === manifest.name || name === manifest.service));
  if (!inService) return false;
  const path = relativePath(location.uri.slice(0, location.uri.lastIndexOf('/')), file.uri);
  return files.length === 0 || (path !== undefined && files.some((glob) => globMatches(glob, path)));
}
