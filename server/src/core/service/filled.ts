import type { EnvironmentSummary } from '../../protocol.ts';
import type { MapNode, YamlNode } from '../yaml/tree.ts';
import type { ValueProblem } from './reader.ts';

/** A manifest in an environment with its variables and the defaults filled in. */
export interface Filled {
  readonly tree: YamlNode;
  readonly problems: readonly ValueProblem[];
}

/** Gives what was filled in before, as long as manifest and environment are the same. */
export type FilledManifests = (root: MapNode, environment: EnvironmentSummary, fill: () => Filled) => Filled;

export function filledManifests(): FilledManifests {
  const known = new WeakMap<MapNode, WeakMap<EnvironmentSummary, Filled>>();
  return (root, environment, fill) => {
    const byEnvironment = known.get(root) ?? new WeakMap<EnvironmentSummary, Filled>();
    known.set(root, byEnvironment);
    const found = byEnvironment.get(environment) ?? fill();
    byEnvironment.set(environment, found);
    return found;
  };
}
