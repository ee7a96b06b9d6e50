import type { EffectiveService, EnvironmentSummary, ReleaseNames } from '../../protocol.ts';
import type { Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { serviceSchema } from '../yaml/schemas.ts';
import type { MapNode, YamlNode } from '../yaml/tree.ts';
import { buildService } from './build.ts';
import { withDefaults } from './defaults.ts';
import type { ReadFile } from './env.ts';
import type { Filled, FilledManifests } from './filled.ts';
import { interpolateTree, type Variables } from './interpolate.ts';
import { mergeManifest } from './merge.ts';
import type { ServiceManifest } from './parse.ts';
import { reader, type ValueProblem } from './reader.ts';
import { variablesOf } from './variables.ts';

/** One manifest and one environment, with what they refer to. */
export interface EffectiveInput {
  readonly service: ServiceManifest;
  readonly root: MapNode;
  readonly environment: EnvironmentSummary;
  readonly standards?: Standards;
  readonly readFile: ReadFile;
  /** The release that is deployed. */
  readonly release?: ReleaseNames;
  /** What was filled in before, without a release. */
  readonly filled?: FilledManifests;
}

export interface EffectiveResult {
  readonly service: EffectiveService;
  /** Merged, filled in, with defaults; ranges lead to the manifest. */
  readonly tree: YamlNode;
  /** Of the values alone: the shape of the manifest is taken for granted. */
  readonly problems: readonly ValueProblem[];
}

/** Merges, fills in, defaults and reads. What cannot be computed is a problem, and harmless in the result. */
export function computeEffective(input: EffectiveInput): EffectiveResult {
  const { service, root, environment } = input;
  const { tree, problems } = input.filled && !input.release ? input.filled(root, environment, () => fill(input)) : fill(input);
  const read = reader(tree, service.nameRange);
  const built = buildService(tree, read, {
    name: service.name,
    product: service.product,
    environment: environment.name,
    ...optional('standards', input.standards),
    readFile: input.readFile,
  });
  return { service: built, tree, problems: [...problems, ...read.problems] };
}

/** What follows from the manifest and its environment alone. */
function fill({ service, root, environment, release }: EffectiveInput): Filled {
  const base: MapNode = { ...root, entries: root.entries.filter((entry) => entry.key !== 'environments') };
  const override = service.overrides.find((entry) => entry.key === environment.name)?.value;
  const merged = override?.kind === 'map' ? mergeManifest(base, withoutBuild(override)) : base;
  const problems: ValueProblem[] = [];
  const filled = interpolateSections(merged, variablesOf(service, environment, release), problems);
  return { tree: withDefaults(serviceSchema, filled), problems };
}

/** `build` and `image` under an environment are reported, and never merged. */
function withoutBuild(override: MapNode): MapNode {
  return { ...override, entries: override.entries.filter((entry) => entry.key !== 'build' && entry.key !== 'image') };
}

/** `build` and `image` are the same everywhere: nothing of an environment is filled in there. */
function interpolateSections(root: YamlNode, variables: Variables, problems: ValueProblem[]): YamlNode {
  if (root.kind !== 'map') return root;
  const entries = root.entries.map((entry) => {
    if (entry.key === 'build' || entry.key === 'image') return entry;
    return { ...entry, value: interpolateTree(entry.value, variables, (problem) => problems.push({ severity: 'error', ...problem })) };
  });
  return { ...root, entries };
}
