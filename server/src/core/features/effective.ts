import type { EffectiveAnswer, Location, ReleaseNames, Severity } from '../../protocol.ts';
import { rule as schemaRule } from '../rules/manifest/schema.ts';
import { rule as syntaxRule } from '../rules/manifest/syntax.ts';
import { rule as perEnvironmentBuild } from '../rules/release/per-environment-build.ts';
import { computeEffective } from '../service/compute.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { optional } from '../text/optional.ts';
import { didYouMean } from '../text/suggest.ts';
import { plain, type YamlNode } from '../yaml/tree.ts';
import { effectiveDocument } from './effectiveDocument.ts';
import { placesOf } from './effectivePlaces.ts';
import { manifestContext } from './manifestContext.ts';
import { effectiveInput, productEnvironments, type Workspace } from './workspace.ts';

type Problem = EffectiveAnswer['problems'][number];

/** One service in one environment: merged, interpolated, defaulted, checked. */
export function effective(workspace: Workspace, serviceId: string, environmentName: string, release?: ReleaseNames): EffectiveAnswer {
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
  const {
    service: built,
    problems,
    tree,
  } = computeEffective({
    ...effectiveInput(workspace, service, service.root, environment),
    ...optional('release', release),
  });
  const document = effectiveDocument(workspace, { service, environment, tree, built });
  const all = [
    ...shape,
    ...problems.map(({ severity, message, range }): Problem => ({ severity, message, location: { uri: service.uri, range } })),
  ];
  const broken = all.some((problem) => problem.severity === 'error');
  return {
    ...(broken ? {} : { service: built }),
    ...document,
    places: placesOf(tree, service.uri),
    problems: all,
    manifest: normalManifest(service.root),
  };
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

/** What keeps a manifest from being read as a whole. */
function shapeProblems(workspace: Workspace, uri: string): readonly Problem[] {
  const context = manifestContext(workspace, uri);
  if (!context) return [];
  return [syntaxRule, schemaRule, perEnvironmentBuild].flatMap((rule) =>
    rule.check(context).map((report): Problem => ({ severity: 'error', message: report.message, location: { uri, range: report.range } })),
  );
}

function refused(message: string, location?: Location): EffectiveAnswer {
  const severity: Severity = 'error';
  return { text: '', problems: [{ severity, message, ...optional('location', location) }], manifest: {} };
}

function emptyProblem(service: ServiceManifest): Problem {
  return { severity: 'error', message: 'This manifest is empty.', location: { uri: service.uri, range: service.nameRange } };
}
