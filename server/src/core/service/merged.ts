import type { MapNode } from '../yaml/tree.ts';
import { mergeManifest } from './merge.ts';
import type { ServiceManifest } from './parse.ts';

/** Gives a manifest as it is in an environment, without defaults and with `${…}` as written; undefined when it is no map. */
export type MergedManifests = (service: ServiceManifest, environment: string) => MapNode | undefined;

/** Merges on demand and remembers by manifest: a manifest that did not change is not merged again. */
export function mergedManifests(): MergedManifests {
  const known = new WeakMap<ServiceManifest, Map<string, MapNode>>();
  return (service, environment) => {
    if (service.root?.kind !== 'map') return undefined;
    const byEnvironment = known.get(service) ?? new Map<string, MapNode>();
    known.set(service, byEnvironment);
    const found = byEnvironment.get(environment) ?? merge(service, service.root, environment);
    byEnvironment.set(environment, found);
    return found;
  };
}

function merge(service: ServiceManifest, root: MapNode, environment: string): MapNode {
  const base = without(root, ['environments']);
  const override = service.overrides.findLast((entry) => entry.key === environment)?.value;
  // `build` and `image` under an environment are reported, and never merged.
  const merged = override?.kind === 'map' ? mergeManifest(base, without(override, ['build', 'image'])) : base;
  return merged.kind === 'map' ? merged : base;
}

function without(node: MapNode, keys: readonly string[]): MapNode {
  return { ...node, entries: node.entries.filter((entry) => !keys.includes(entry.key)) };
}
