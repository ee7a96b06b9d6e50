import { manifestRules } from '../../generated/manifestRules.ts';
import type { Severity } from '../../protocol.ts';
import { namesRule } from '../dockerfile/pragmas.ts';
import { baseRule } from '../rules/manifestBase.ts';
import type { ManifestContext, ManifestRule } from '../rules/manifestContext.ts';
import { registryRule } from '../rules/manifestRegistry.ts';
import type { Finding, Report } from '../rules/rule.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { Standards, Waiver } from '../standards/model.ts';
import { comparePositions } from '../text/edits.ts';
import { optional } from '../text/optional.ts';
import { lintDockerfileWithWaivers } from './lint.ts';
import { manifestContext } from './manifestContext.ts';
import { reportMemo } from './reportMemo.ts';
import { ruleNames } from './ruleNames.ts';
import { demandedSeverity, louder, type Severities } from './severity.ts';
import type { Workspace } from './workspace.ts';

/** The manifest's half of a rule about Dockerfiles stands under the same id. */
const rules: Readonly<Record<string, ManifestRule>> = {
  ...manifestRules,
  'base/unregistered': baseRule,
  'registry/not-allowed': registryRule,
};

const all = Object.entries(rules);
const noSettings: Severities = {};

/** What the findings of a YAML file are, and how many more the standards' waivers accept for now. */
export interface ManifestFindings {
  readonly findings: readonly Finding[];
  readonly waived: number;
  /** Ids of the waivers that were about a finding here, expired ones too. */
  readonly waivers?: readonly string[];
}

/**
 * The findings of a service, standards or environments file, by position; empty for files of other kinds.
 * @param settings severities of the editor's settings; the standards go before them
 */
export function lintManifest(workspace: Workspace, uri: string, settings: Severities = noSettings): readonly Finding[] {
  return judgeManifest(workspace, uri, settings).findings;
}

/** The same with the number of waived findings. */
export function judgeManifest(workspace: Workspace, uri: string, settings: Severities = noSettings): ManifestFindings {
  const bySettings = workspace.here(judgements);
  const known = bySettings.get(settings) ?? new Map<string, ManifestFindings>();
  bySettings.set(settings, known);
  const found = known.get(uri) ?? judge(workspace, uri, settings);
  known.set(uri, found);
  return found;
}

/** By settings, then by URI. */
function judgements(): WeakMap<Severities, Map<string, ManifestFindings>> {
  return new WeakMap();
}

function judge(workspace: Workspace, uri: string, settings: Severities): ManifestFindings {
  const own = manifestContext(workspace, uri);
  if (!own) return { findings: [], waived: 0 };
  const context: ManifestContext = { ...own, waiversInUse: () => waiversInUse(workspace, own.standards) };
  const run = workspace.memory(reportMemo)(context);
  const found = all.flatMap(([id, rule]) => {
    if (!rule.on.includes(context.kind)) return [];
    const reports = guarded(() => run(id, rule));
    const severity = reports.length === 0 ? 'off' : severityOf(context, id, rule.severity, settings);
    return severity === 'off' ? [] : reports.map((report) => finding(id, rule, severity, report));
  });
  const judged = found.map((item) => afterWaivers(context, item));
  const kept = judged.flatMap((item) => item.finding ?? []);
  return {
    findings: kept.sort((a, b) => comparePositions(a.range.start, b.range.start) || a.rule.localeCompare(b.rule)),
    waived: found.length - kept.length,
    waivers: judged.flatMap(({ by }) => by.map(({ id }) => id)),
  };
}

/** A rule that fails says nothing; the others go on. */
function guarded(run: () => readonly Report[]): readonly Report[] {
  try {
    return run();
  } catch {
    return [];
  }
}

/** The waivers of the standards that are about something. Only files and rules that an unseen one is for are judged. */
function waiversInUse(workspace: Workspace, standards: Standards | undefined): ReadonlySet<string> {
  const used = new Set<string>();
  if (!standards) return used;
  for (const { uri, kind } of workspace.files.values()) {
    const dockerfile = workspace.dockerfile(uri);
    if (!dockerfile && kind !== 'service') continue;
    const service = workspace.serviceAt(uri) ?? workspace.serviceForDockerfile(uri);
    const wanted = standards.waivers.filter(({ id, services }) => !used.has(id) && isFor(services, service));
    if (wanted.length === 0 || workspace.standardsFor(uri)?.uri !== standards.uri) continue;
    const among = new Set(wanted.flatMap(({ rules: names }) => names.flatMap((name) => ruleNames.rulesOf(name))));
    const found = dockerfile ? lintDockerfileWithWaivers(dockerfile, workspace, { among }) : judgeManifest(workspace, uri);
    for (const id of found.waivers ?? []) used.add(id);
  }
  return used;
}

function isFor(services: readonly string[], service: ServiceManifest | undefined): boolean {
  return services.length === 0 || (service !== undefined && (services.includes(service.name) || services.includes(service.id)));
}

function finding(id: string, rule: ManifestRule, severity: Severity, report: Report): Finding {
  return { ...report, rule: id, severity: report.severity ?? severity, aliases: report.aliases ?? rule.aliases, fixes: report.fixes ?? [] };
}

/** What the standards, else the settings, say of a rule or of its category. That a file can be read at all is not up to them. */
function severityOf({ standards }: ManifestContext, id: string, own: Severity, settings: Severities): Severity | 'off' {
  if (id === 'manifest/syntax' || id === 'manifest/schema') return own;
  return demandedSeverity({ ...optional('standards', standards), settings }, id) ?? own;
}

/** Nothing while a waiver holds (through its last day); one level louder once it has expired. */
function afterWaivers(context: ManifestContext, found: Finding): { readonly finding?: Finding; readonly by: readonly Waiver[] } {
  const { service, standards, workspace } = context;
  if (!service || !standards || found.rule.startsWith('manifest/')) return { finding: found, by: [] };
  const covers = (waiver: Waiver) =>
    waiver.rules.some((rule) => namesRule(rule, found.rule)) &&
    (waiver.services.length === 0 || waiver.services.includes(service.name) || waiver.services.includes(service.id));
  const by = standards.waivers.filter(covers);
  const first = by[0];
  if (!first) return { finding: found, by };
  if (by.some((waiver) => waiver.expires >= workspace.today)) return { by };
  const message = `${found.message} The waiver \`${first.id}\` expired on ${first.expires}.`;
  return { finding: { ...found, message, severity: louder[found.severity] }, by };
}
