import { dockerfileRules } from '../../generated/dockerfileRules.ts';
import type { Severity } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import { commandIndex } from '../dockerfile/commands.ts';
import { effectiveStages } from '../dockerfile/effective.ts';
import { readIgnoreFile } from '../dockerfile/ignoreFile.ts';
import { imagesOf, type UsedImage } from '../dockerfile/images.ts';
import { layerOf } from '../dockerfile/layer.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/model.ts';
import { type Pragmas, readPragmas } from '../dockerfile/pragmas.ts';
import { stageReferences } from '../dockerfile/stageReferences.ts';
import { leavesOpen, templateOf } from '../dockerfile/template.ts';
import type { DockerfileContext, DockerfileRule, ManifestDemands } from '../rules/context.ts';
import { wakefulRules } from '../rules/needs.ts';
import type { Finding, Report } from '../rules/rule.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { HadolintConfig } from '../standards/hadolintConfig.ts';
import type { Standards } from '../standards/model.ts';
import { comparePositions } from '../text/edits.ts';
import { lazily } from '../text/lazily.ts';
import { optional } from '../text/optional.ts';
import { isBelow, normalUri, parentUri, resolveUri } from '../text/uris.ts';
import { entriesAt, textAt } from '../yaml/tree.ts';
import { lockedImages } from './lockedImages.ts';
import { ruleNames } from './ruleNames.ts';
import { afterWaivers, isOn, type Policy, type RegisteredRule, type Severities, severityOf } from './severity.ts';
import { type SuppressionLedger, suppressionLedger } from './suppressions.ts';
import { catalogueSources, deliveryOf } from './surroundings.ts';
import type { Workspace } from './workspace.ts';

export interface LintOptions {
  /** ISO date; the workspace's by default. */
  readonly today?: string;
  /** Turns on the rules that are off by default. */
  readonly allRules?: boolean;
  /** Ids of the only rules that are asked; also those that are off by default. */
  readonly only?: readonly string[];
  /** Ids of the only rules that are asked, as far as they are on. */
  readonly among?: ReadonlySet<string>;
  /** Severities of the editor's settings; the standards go before them. */
  readonly settings?: Severities;
  /** In place of the `.hadolint.yaml` that is nearest. */
  readonly config?: HadolintConfig;
}

const readable = 'dockerfile/readable';
const templateRule = 'dockerfile/template';

const registered: readonly RegisteredRule[] = Object.entries(dockerfileRules).map(([id, rule]) => ({ ...rule, id }));
const wakeful = wakefulRules(registered);
const lastWords = registered.filter(({ afterwards }) => afterwards);

/** Findings of a Dockerfile, with what waivers took away counted. */
export interface LintResult {
  readonly findings: readonly Finding[];
  readonly waived: number;
  /** Ids of the waivers that were about a finding here, expired ones too. */
  readonly waivers?: readonly string[];
}

/** Judges a Dockerfile, in the order of the text. A rule that fails says nothing; the others go on. */
export function lintDockerfile(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): readonly Finding[] {
  return lintDockerfileWithWaivers(file, workspace, options).findings;
}

/** The same, with the number of findings that unexpired waivers removed. */
export function lintDockerfileWithWaivers(file: Dockerfile, workspace: Workspace, options: LintOptions = {}): LintResult {
  const pragmas = readPragmas(file);
  const context = dockerfileContext(file, workspace, pragmas, options);
  const policy = policyOf(context, pragmas, options);
  const ledger = suppressionLedger(file, pragmas, ({ dialect }) => dialect !== 'hadolint' || !context.config?.disableIgnorePragma);
  const findings: Finding[] = [];
  const waivers = new Set<string>();
  let waived = 0;
  const template = templateOf(file);
  const take = (rule: RegisteredRule, report: Report): void => {
    if (template && rule.id !== templateRule && leavesOpen(template, file.index.offsetAt(report.range.start))) return;
    const severity = severityOf(rule, report, policy);
    if (severity === 'off') return;
    const judged = afterWaivers(findingOf(rule, report, severity), context);
    if (ledger.takes(judged.finding)) return;
    for (const { id } of judged.by) waivers.add(id);
    if (judged.accepted) waived++;
    else findings.push(judged.finding);
  };
  // Of what is no Dockerfile there is nothing more to say.
  const refusal = guarded(dockerfileRules[readable], context);
  const refused = refusal.length > 0;
  for (const rule of refused ? registered.filter(({ id }) => id === readable) : wakeful(context)) {
    if (!isOn(rule, policy)) continue;
    for (const report of rule.id === readable ? refusal : guarded(rule, context)) take(rule, report);
  }
  if (!refused && pragmas.suppressions.length > 0) for (const { rule, report } of lastReports(context, policy, ledger)) take(rule, report);
  findings.sort((a, b) => comparePositions(a.range.start, b.range.start) || (a.rule < b.rule ? -1 : 1));
  return { findings, waived, waivers: [...waivers] };
}

function policyOf(context: DockerfileContext, pragmas: Pragmas, options: LintOptions): Policy {
  return {
    pragmas,
    allRules: options.allRules === true,
    ...optional('standards', context.standards),
    ...optional('config', context.config),
    ...optional('settings', options.settings),
    ...(options.only ? { only: new Set(options.only) } : {}),
  };
}

/** What rules and features see of a file in its workspace. */
export function dockerfileContext(
  file: Dockerfile,
  workspace: Workspace,
  pragmas: Pragmas = readPragmas(file),
  options: LintOptions = {},
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
  const chain = target ? chainOf(target) : [];
  const sources = lazily(() => stageReferences(file));
  return {
    file,
    today: options.today ?? workspace.today,
    pragmas,
    names: ruleNames,
    states,
    chain,
    commands: commandIndex(file),
    sources,
    images: lazily(() => imagesOf(file, sources()).map((used) => ({ ...used, ...optional('match', matchOf(standards, used)) }))),
    shipped: lazily(() => shippedBy(chain)),
    range: (span) => file.index.range(span.start, span.end),
    ...optional('config', options.config ?? workspace.hadolintFor(file.uri)),
    ...(standards ? { standards } : {}),
    ...(layer ? { layer } : {}),
    ...(service
      ? { manifest: { ...demandsOf(service), ...deliveryOf(workspace, service), ...missingStandardsOf(workspace, service) } }
      : {}),
    ignoreFile: () => ignoreFileOf(workspace, file.uri, service?.contextUri),
    ...catalogueSources(file.uri, workspace, standards),
    lockedDigest: lockedImages(workspace, file.uri),
    ...(target ? { target } : {}),
  };
}

function matchOf(standards: Standards | undefined, { resolved }: UsedImage) {
  return resolved === undefined ? undefined : findImage(standards, resolved);
}

function shippedBy(chain: readonly Stage[]): readonly Instruction[] {
  return chain.toReversed().flatMap(({ instructions }) => instructions.filter(({ kind }) => kind !== 'ONBUILD'));
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
    contexts: entriesAt(service.root, 'build', 'contexts').map(({ key }) => key),
    ...(base ? { base: { name: base.text, location: { uri: service.uri, range: base.range } } } : {}),
  };
}

function missingStandardsOf(workspace: Workspace, { standards, uri }: ServiceManifest): Pick<ManifestDemands, 'missingStandards'> {
  if (!standards || workspace.standardsByName(standards.text)) return {};
  return { missingStandards: { name: standards.text, location: { uri, range: standards.range } } };
}

/** `<Dockerfile>.dockerignore` goes before `.dockerignore` of the context. */
function ignoreFileOf(workspace: Workspace, uri: string, contextUri = parentUri(uri)) {
  const found = workspace.file(`${uri}.dockerignore`) ?? workspace.file(resolveUri(contextUri, '.dockerignore'));
  return found && { uri: found.uri, text: found.text, matcher: readIgnoreFile(found.text) };
}

function guarded(rule: DockerfileRule | undefined, context: DockerfileContext): readonly Report[] {
  try {
    return rule?.check(context) ?? [];
  } catch {
    return [];
  }
}

/** What rules say of suppressions when all others have spoken. */
function lastReports(context: DockerfileContext, policy: Policy, ledger: SuppressionLedger) {
  const on = new Set(registered.filter((rule) => isOn(rule, policy)).map(({ id }) => id));
  return lastWords.flatMap((rule) => {
    if (!on.has(rule.id)) return [];
    try {
      return (rule.afterwards?.(context, ledger.unused(on)) ?? []).map((report) => ({ rule, report }));
    } catch {
      return [];
    }
  });
}

function findingOf(rule: RegisteredRule, report: Report, severity: Severity): Finding {
  return { ...report, rule: rule.id, severity, aliases: report.aliases ?? rule.aliases, fixes: report.fixes ?? [] };
}
