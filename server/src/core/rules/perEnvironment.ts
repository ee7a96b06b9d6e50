import type { EnvironmentSummary } from '../../protocol.ts';
import type { MapNode, YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';
import type { Report } from './rule.ts';

/** A manifest as it is in one environment; without environments, as it stands. */
export interface Deployed {
  readonly tree: MapNode;
  readonly environment?: EnvironmentSummary;
}

/** The manifest in each environment of its product, or once as it stands when there are none. */
export function deployed({ service, workspace, environments: file }: ManifestContext): readonly Deployed[] {
  if (service?.root?.kind !== 'map') return [];
  const environments = file?.product === service.product ? file.environments : [];
  if (environments.length === 0) return [{ tree: service.root }];
  return environments.flatMap((environment) => {
    const tree = workspace.merged(service, environment.name);
    return tree ? [{ tree, environment }] : [];
  });
}

/**
 * Judges the manifest as it is in every environment. What is the same in several is reported once; what is not so in
 * all of them names those that it is so in.
 */
export function perEnvironment(context: ManifestContext, check: (deployed: Deployed) => readonly Report[]): readonly Report[] {
  const all = deployed(context);
  return collected(all, check).map(({ report, names }) =>
    names.length === all.length ? report : { ...report, message: `In ${names.map((name) => `\`${name}\``).join(', ')}: ${report.message}` },
  );
}

/** What is so in every environment: a setting that counts in one of them is not in vain. */
export function everywhere(context: ManifestContext, check: (deployed: Deployed) => readonly Report[]): readonly Report[] {
  const all = deployed(context);
  return collected(all, check).flatMap(({ report, names }) => (names.length === all.length ? [report] : []));
}

interface Collected {
  readonly report: Report;
  readonly names: readonly string[];
}

/** The reports of all environments, those of one place and wording together. */
function collected(all: readonly Deployed[], check: (deployed: Deployed) => readonly Report[]): readonly Collected[] {
  const found = new Map<string, { readonly report: Report; readonly names: string[] }>();
  for (const one of all) {
    const name = one.environment ? one.environment.name : '';
    for (const report of check(one)) {
      const { line, character } = report.range.start;
      const key = `${line}:${character}:${report.message}`;
      const known = found.get(key) ?? { report, names: [] };
      if (known.names.at(-1) !== name || known.names.length === 0) known.names.push(name);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

/** True when a node stands inside another one: a value that an alias or `<<` brings in stands elsewhere. */
export function standsIn(map: YamlNode, node: YamlNode): boolean {
  const { start, end } = map.range;
  const before =
    node.range.start.line < start.line || (node.range.start.line === start.line && node.range.start.character < start.character);
  const after = node.range.end.line > end.line || (node.range.end.line === end.line && node.range.end.character > end.character);
  return !before && !after;
}
