import { manifestRules } from '../../generated/rules.ts';
import type { Severity } from '../../protocol.ts';
import { baseRule } from '../rules/manifestBase.ts';
import type { ManifestContext, ManifestRule } from '../rules/manifestContext.ts';
import type { Finding, Report } from '../rules/rule.ts';
import type { Waiver } from '../standards/model.ts';
import { comparePositions } from '../text/edits.ts';
import { manifestContext } from './manifestContext.ts';
import type { Workspace } from './workspace.ts';

/** The manifest's half of a rule about Dockerfiles stands under the same id. */
const rules: Readonly<Record<string, ManifestRule>> = { ...manifestRules, 'base/unregistered': baseRule };

/** What the findings of a YAML file are, and how many more the standards' waivers accept for now. */
export interface ManifestFindings {
  readonly findings: readonly Finding[];
  readonly waived: number;
}

/** The findings of a service, standards or environments file, by position; empty for files of other kinds. */
export function lintManifest(workspace: Workspace, uri: string): readonly Finding[] {
  return judgeManifest(workspace, uri).findings;
}

/** The same with the number of waived findings. */
export function judgeManifest(workspace: Workspace, uri: string): ManifestFindings {
  const context = manifestContext(workspace, uri);
  if (!context) return { findings: [], waived: 0 };
  const found = Object.entries(rules).flatMap(([id, rule]) => {
    if (!rule.on.includes(context.kind)) return [];
    const severity = severityOf(context, id, rule.severity);
    return severity === 'off' ? [] : rule.check(context).map((report) => finding(id, rule, severity, report));
  });
  const kept = found.flatMap((item) => afterWaivers(context, item) ?? []);
  return {
    findings: kept.sort((a, b) => comparePositions(a.range.start, b.range.start) || a.rule.localeCompare(b.rule)),
    waived: found.length - kept.length,
  };
}

function finding(id: string, rule: ManifestRule, severity: Severity, report: Report): Finding {
  return { ...report, rule: id, severity: report.severity ?? severity, aliases: report.aliases ?? rule.aliases, fixes: report.fixes ?? [] };
}

/** What the standards say of a rule, or of its category. That a file can be read at all is not up to them. */
function severityOf(context: ManifestContext, id: string, own: Severity): Severity | 'off' {
  if (id === 'manifest/syntax' || id === 'manifest/schema' || !context.standards) return own;
  return context.standards.severity[id] ?? context.standards.severity[`${id.split('/')[0]}/*`] ?? own;
}

const louder: Readonly<Record<Severity, Severity>> = { hint: 'info', info: 'warning', warning: 'error', error: 'error' };

/** Undefined while a waiver holds (through its last day); one level louder once it has expired. */
function afterWaivers(context: ManifestContext, found: Finding): Finding | undefined {
  const { service, standards, workspace } = context;
  if (!service || !standards || found.rule.startsWith('manifest/')) return found;
  const covers = (waiver: Waiver) =>
    waiver.rules.some((rule) => rule === found.rule || rule === `${found.rule.split('/')[0]}/*`) &&
    (waiver.services.length === 0 || waiver.services.includes(service.name) || waiver.services.includes(service.id));
  const waivers = standards.waivers.filter(covers);
  const first = waivers[0];
  if (!first) return found;
  if (waivers.some((waiver) => waiver.expires >= workspace.today)) return undefined;
  const message = `${found.message} The waiver \`${first.id}\` expired on ${first.expires}.`;
  return { ...found, message, severity: louder[found.severity] };
}
