import type { EffectiveAnswer, EffectiveService, EnvironmentSummary, Location, Range, Severity } from '../../protocol.ts';
import { rule as schemaRule } from '../rules/manifest/schema.ts';
import { rule as syntaxRule } from '../rules/manifest/syntax.ts';
import { rule as perEnvironmentBuild } from '../rules/release/per-environment-build.ts';
import { buildService } from '../service/build.ts';
import { withDefaults } from '../service/defaults.ts';
import { interpolateTree, type Variables } from '../service/interpolate.ts';
import { mergeManifest } from '../service/merge.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { type Reader, reader } from '../service/reader.ts';
import { renderWithOrigins } from '../service/render.ts';
import { variablesOf } from '../service/variables.ts';
import { optional } from '../text/optional.ts';
import { didYouMean } from '../text/suggest.ts';
import { baseName, resolveUri } from '../text/uris.ts';
import { serviceSchema } from '../yaml/schemas.ts';
import { type MapNode, plain, type YamlNode } from '../yaml/tree.ts';
import { manifestContext } from './manifestContext.ts';
import type { Workspace } from './workspace.ts';

type Problem = EffectiveAnswer['problems'][number];

/** One service in one environment: merged, interpolated, defaulted, checked. */
export function effective(workspace: Workspace, serviceId: string, environmentName: string): EffectiveAnswer {
  const service = workspace.service(serviceId);
  if (!service)
    return refused(
      `There is no service \`${serviceId}\` in this workspace.${didYouMean(
        serviceId,
        workspace.services.map((known) => known.id),
      )}`,
    );
  const environments = productEnvironments(workspace, service);
  const environment = environments.find((candidate) => candidate.name === environmentName);
  if (!environment) {
    const known = environments.map((candidate) => candidate.name);
    const message = `The product \`${service.product}\` has no environment \`${environmentName}\`.${didYouMean(environmentName, known)}`;
    return refused(message, { uri: service.uri, range: service.nameRange });
  }
  const shape = shapeProblems(workspace, service.uri);
  if (service.root?.kind !== 'map') return { text: '', problems: shape.length > 0 ? shape : [emptyProblem(service)], manifest: {} };
  const { service: built, text, problems } = computeEffective(workspace, service, service.root, environment);
  const all = [...shape, ...problems];
  const broken = all.some((problem) => problem.severity === 'error');
  return { ...(broken ? {} : { service: built }), text, problems: all, manifest: normalManifest(service.root) };
}

/** The environments that a service can go to, in promotion order: those of its product's environments file. */
export function productEnvironments(workspace: Workspace, service: ServiceManifest): readonly EnvironmentSummary[] {
  const file = workspace.environmentsFor(service.uri);
  return file && file.product === service.product ? file.environments : [];
}

/** The manifest as a release keeps it: without `environments` and tag, before anything is filled in. */
export function normalManifest(root: YamlNode | undefined): Readonly<Record<string, unknown>> {
  if (root?.kind !== 'map') return {};
  const entries = root.entries
    .filter((entry) => entry.key !== 'environments')
    .map((entry) => ({ ...entry, value: withoutTag(entry.key, entry.value) }));
  return Object.fromEntries(entries.map((entry) => [entry.key, plain(entry.value)]));
}

function withoutTag(key: string, value: YamlNode): YamlNode {
  return key === 'image' && value.kind === 'map' ? { ...value, entries: value.entries.filter((entry) => entry.key !== 'tag') } : value;
}

/** The same for a manifest whose shape is taken for granted: `problems` are those of its values alone. */
export function computeEffective(
  workspace: Workspace,
  service: ServiceManifest,
  root: MapNode,
  environment: EnvironmentSummary,
): { readonly service: EffectiveService; readonly text: string; readonly problems: readonly Problem[]; readonly tree: YamlNode } {
  const base: MapNode = { ...root, entries: root.entries.filter((entry) => entry.key !== 'environments') };
  const override = service.overrides.find((entry) => entry.key === environment.name)?.value;
  const merged = override?.kind === 'map' ? mergeManifest(base, withoutBuild(override)) : base;
  const problems: Problem[] = [];
  const report = (severity: Severity, range: Range, message: string) =>
    problems.push({ severity, message, location: { uri: service.uri, range } });
  const filled = interpolateSections(merged, variablesOf(service, environment), (range, message) => report('error', range, message));
  const tree = withDefaults(serviceSchema, filled);
  const read: Reader = reader(tree, service.nameRange);
  const built = buildService(tree, read, {
    name: service.name,
    product: service.product,
    environment: environment.name,
    ...optional('standards', workspace.standardsFor(service.uri)),
    readFile: (path) => workspace.file(resolveUri(service.folderUri, path))?.text,
  });
  for (const problem of read.problems) report(problem.severity, problem.range, problem.message);
  const header = `# ${service.id} in ${environment.name}: the effective configuration. Secrets are references, never values.\n`;
  return { service: built, text: header + renderWithOrigins(tree, baseName(service.uri)), problems, tree };
}

/** What keeps a manifest from being read as a whole. */
function shapeProblems(workspace: Workspace, uri: string): readonly Problem[] {
  const context = manifestContext(workspace, uri);
  if (!context) return [];
  return [syntaxRule, schemaRule, perEnvironmentBuild].flatMap((rule) =>
    rule.check(context).map((report): Problem => ({ severity: 'error', message: report.message, location: { uri, range: report.range } })),
  );
}

/** `build` and `image` under an environment are reported, and never merged. */
function withoutBuild(override: MapNode): MapNode {
  return { ...override, entries: override.entries.filter((entry) => entry.key !== 'build' && entry.key !== 'image') };
}

/** `build` is the same everywhere: nothing of an environment is filled in there. */
function interpolateSections(root: YamlNode, variables: Variables, report: (range: Range, message: string) => void): YamlNode {
  if (root.kind !== 'map') return root;
  const entries = root.entries.map((entry) => {
    if (entry.key === 'build' || entry.key === 'image') return entry;
    return { ...entry, value: interpolateTree(entry.value, variables, (problem) => report(problem.range, problem.message)) };
  });
  return { ...root, entries };
}

function refused(message: string, location?: Location): EffectiveAnswer {
  const severity: Severity = 'error';
  return { text: '', problems: [{ severity, message, ...optional('location', location) }], manifest: {} };
}

function emptyProblem(service: ServiceManifest): Problem {
  return { severity: 'error', message: 'This manifest is empty.', location: { uri: service.uri, range: service.nameRange } };
}
