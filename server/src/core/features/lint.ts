import { dockerfileRules } from '../../generated/rules.ts';
import type { Severity } from '../../protocol.ts';
import { commandIndex } from '../dockerfile/commands.ts';
import { effectiveStages } from '../dockerfile/effective.ts';
import { layerOf } from '../dockerfile/layer.ts';
import type { Dockerfile, Stage } from '../dockerfile/model.ts';
import { namesRule, type Pragmas, readPragmas } from '../dockerfile/pragmas.ts';
import type { DockerfileContext, DockerfileRule, ManifestDemands } from '../rules/context.ts';
import type { Finding, Report } from '../rules/rule.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { Standards } from '../standards/model.ts';
import { comparePositions } from '../text/edits.ts';
import { isBelow, normalUri, parentUri } from '../text/uris.ts';
import { entriesAt, textAt } from '../yaml/tree.ts';
import { isSuppressed } from './suppressions.ts';
import type { Workspace } from './workspace.ts';

export interface LintOptions {
  /** ISO date; the workspace's by default. */
  readonly today?: string;
  /** Turns on the rules that are off by default. */
  readonly allRules?: boolean;
}

type RegisteredRule = DockerfileRule & { readonly id: string };

/** Findings of a Dockerfile, with what waivers took away counted. */
export interface LintResult {
  readonly findings: readonly Finding[];
  readonly waived: number;
}

/** Judges a Dockerfile, in the order of the text. A rule that fails says nothing; the others go on. */
export function lintDockerfile(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): readonly Finding[] {
  return lintDockerfileWithWaivers(file, workspace, options).findings;
}

/** The same, with the number of findings that unexpired waivers removed. */
export function lintDockerfileWithWaivers(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): LintResult {
  const pragmas = readPragmas(file);
  const context = dockerfileContext(file, workspace, pragmas, options.today);
  const findings: Finding[] = [];
  let waived = 0;
  for (const [id, own] of Object.entries(dockerfileRules)) {
    const rule = { ...own, id };
    if (rule.optIn && !options.allRules && !isConfigured(context.standards, rule.id)) continue;
    for (const report of checkGuarded(rule, context)) {
      const judged = judge(rule, report, context);
      if (judged === 'off' || isSuppressed(file, pragmas, judged === 'waived' ? findingOf(rule, report, 'hint') : judged)) continue;
      if (judged === 'waived') waived++;
      else findings.push(judged);
    }
  }
  return { findings: findings.sort((a, b) => comparePositions(a.range.start, b.range.start) || (a.rule < b.rule ? -1 : 1)), waived };
}

/** What rules and features see of a file in its workspace. */
export function dockerfileContext(
  file: Dockerfile,
  workspace: Workspace,
  pragmas: Pragmas = readPragmas(file),
  today: string = workspace.today,
): DockerfileContext {
  const standards = workspace.standardsFor(file.uri);
  const service = workspace.serviceForDockerfile(file.uri);
  const states = effectiveStages(file, standards);
  const target = targetOf(file, service);
  const state = target && states[target.index];
  const folder = standards && folderOf(workspace, standards);
  const layer = layerOf({
    uri: file.uri,
    service: service !== undefined,
    ...(pragmas.layer ? { pragma: pragmas.layer } : {}),
    ...(standards ? { standards } : {}),
    ...(folder === undefined ? {} : { folder }),
    ...(state ? { state } : {}),
  });
  return {
    file,
    today,
    states,
    chain: target ? chainOf(target) : [],
    commands: commandIndex(file),
    range: (span) => file.index.range(span.start, span.end),
    ...(standards ? { standards } : {}),
    ...(layer ? { layer } : {}),
    ...(service ? { manifest: demandsOf(service) } : {}),
    ...(target ? { target } : {}),
  };
}

function folderOf(workspace: Workspace, standards: Standards): string {
  const uri = normalUri(standards.uri);
  return workspace.folders.find((folder) => isBelow(uri, folder)) ?? parentUri(uri);
}

function targetOf(file: Dockerfile, service: ServiceManifest | undefined): Stage | undefined {
  const name = textAt(service?.root, 'build', 'target');
  const named = name === undefined ? undefined : file.stages.find((stage) => stage.name?.toLowerCase() === name.toLowerCase());
  return named ?? file.stages.at(-1);
}

function chainOf(target: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  for (let stage: Stage | undefined = target; stage; stage = stage.parent) chain.push(stage);
  return chain;
}

function demandsOf(service: ServiceManifest): ManifestDemands {
  const { base } = service;
  return {
    service: service.id,
    name: service.name,
    labels: entriesAt(service.root, 'image', 'labels').map(({ key }) => key),
    ...(base ? { base: { name: base.text, location: { uri: service.uri, range: base.range } } } : {}),
  };
}

function checkGuarded(rule: RegisteredRule, context: DockerfileContext): readonly Report[] {
  try {
    return rule.check(context);
  } catch {
    return [];
  }
}

function findingOf(rule: RegisteredRule, report: Report, severity: Severity): Finding {
  return { ...report, rule: rule.id, severity, aliases: report.aliases ?? rule.aliases, fixes: report.fixes ?? [] };
}

const louder: Readonly<Record<Severity, Severity>> = { hint: 'info', info: 'warning', warning: 'error', error: 'error' };

function judge(rule: RegisteredRule, report: Report, context: DockerfileContext): Finding | 'off' | 'waived' {
  const severity = configured(context.standards, rule.id) ?? report.severity ?? rule.severity;
  if (severity === 'off') return 'off';
  const waivers = context.standards?.waivers.filter(({ rules }) => rules.some((pattern) => namesRule(pattern, rule.id))) ?? [];
  const mine = waivers.filter(({ services }) => services.length === 0 || services.some((service) => isService(service, context)));
  if (mine.length === 0) return findingOf(rule, report, severity);
  // A waiver holds through its last day.
  if (mine.some(({ expires }) => expires >= context.today)) return 'waived';
  const [waiver] = mine;
  const note = waiver ? ` The waiver \`${waiver.id}\` expired on ${waiver.expires}.` : '';
  return findingOf(rule, { ...report, message: report.message + note }, louder[severity]);
}

function isService(name: string, { manifest }: DockerfileContext): boolean {
  return manifest !== undefined && (name === manifest.name || name === manifest.service);
}

/** The severity of the standards: by id, else by the longest pattern. */
function configured(standards: Standards | undefined, id: string): Severity | 'off' | undefined {
  if (!standards) return undefined;
  const own = Object.hasOwn(standards.severity, id) ? standards.severity[id] : undefined;
  if (own) return own;
  const patterns = Object.keys(standards.severity).filter((pattern) => namesRule(pattern, id));
  const longest = patterns.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : standards.severity[longest];
}

function isConfigured(standards: Standards | undefined, id: string): boolean {
  return configured(standards, id) !== undefined;
}
