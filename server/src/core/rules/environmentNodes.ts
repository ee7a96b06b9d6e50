import type { EnvironmentSummary } from '../../protocol.ts';
import type { EnvironmentsFile } from '../environments/parse.ts';
import type { Workspace } from '../features/workspace.ts';
import { clusterOf } from '../service/claims.ts';
import type { TextEdit } from '../text/edits.ts';
import { booleanAt, itemsAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';
import { entryWithMap, fixOf, setValue, withoutEntry } from './manifestEdits.ts';
import type { Deployed } from './perEnvironment.ts';
import type { Fix, Report } from './rule.ts';

/** The entry of an environment in the environments file, for what its summary does not carry. */
export function environmentNode({ environments }: ManifestContext, name: string | undefined): YamlNode | undefined {
  return name === undefined ? undefined : itemsAt(environments?.root, 'environments').find((item) => textAt(item, 'name') === name);
}

/** Points at an environment in its file: `related` of a report. */
export function atEnvironment({ environment }: Deployed, message: string): NonNullable<Report['related']> {
  return environment ? [{ location: environment.location, message }] : [];
}

/** A fix that sets a value for one environment alone; for a manifest without environments, at the top. */
export function setHere(
  { yaml }: ManifestContext,
  { environment }: Deployed,
  path: readonly string[],
  value: string,
  title: string,
): Fix[] {
  return fixOf(title, setValue(yaml, environment ? ['environments', environment.name, ...path] : path, value), true);
}

/** Takes a setting away where it was written: at the top or in an override. */
export function withoutSetting({ yaml, service }: ManifestContext, path: string, value: YamlNode): TextEdit | undefined {
  for (const root of [yaml.root, ...(service?.overrides ?? []).map((override) => override.value)]) {
    const found = entryWithMap(root, ...path.split('.'));
    if (found?.entry.value === value) return withoutEntry(yaml, found.map, found.entry);
  }
  return undefined;
}

/** A Kubernetes environment that is protected and has a neighbour in its cluster. */
export interface SharedEnvironment {
  readonly item: YamlNode;
  readonly name: YamlNode;
  readonly neighbour: EnvironmentSummary;
}

/** The protected environments of a file that share their cluster. */
export function protectedAndShared({ yaml, workspace, environments }: ManifestContext): readonly SharedEnvironment[] {
  return itemsAt(yaml.root, 'environments').flatMap((item): readonly SharedEnvironment[] => {
    const name = valueAt(item, 'name');
    const guarded = valueAt(item, 'protected');
    const on = guarded?.kind === 'map' || booleanAt(guarded) === true;
    if (!name || !on || !valueAt(item, 'kubernetes')) return [];
    const neighbour = clusterNeighbour(workspace, environments, textAt(name));
    return neighbour ? [{ item, name, neighbour }] : [];
  });
}

/** Another environment, of any product, in the cluster of the one that is named. */
function clusterNeighbour(
  { environments }: Workspace,
  file: EnvironmentsFile | undefined,
  name: string | undefined,
): EnvironmentSummary | undefined {
  const own = file?.environments.find((environment) => environment.name === name);
  if (!own || !('namespace' in own.target) || clusterOf(own) === '') return undefined;
  return environments
    .flatMap((other) => other.environments)
    .find((other) => other !== own && 'namespace' in other.target && clusterOf(other) === clusterOf(own));
}
