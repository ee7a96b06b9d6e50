import type { EnvironmentSummary } from '../../protocol.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import type { EnvironmentsFile } from '../environments/parse.ts';
import { type ClaimIndex, type ClaimReader, claimReader, collectClaims } from '../service/claims.ts';
import type { EffectiveInput } from '../service/compute.ts';
import { type FilledManifests, filledManifests } from '../service/filled.ts';
import { type MergedManifests, mergedManifests } from '../service/merged.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { HadolintConfig } from '../standards/hadolintConfig.ts';
import type { Standards } from '../standards/model.ts';
import { isPinnedCopy } from '../standards/reference.ts';
import { type Memory, memory } from '../text/memory.ts';
import { optional } from '../text/optional.ts';
import { isBelow, normalUri, parentUri, resolveUri } from '../text/uris.ts';
import { type NodeMemo, nodeMemo } from '../yaml/nodeMemo.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { MapNode } from '../yaml/tree.ts';
import type { Violation } from '../yaml/violation.ts';
import type { NamedScalar } from '../yaml/walk.ts';
import { assembleEnvironments, assembleStandards, partsOf } from './assemble.ts';
import { isWhole, type ParsedFile, parseFile, type WorkspaceFile } from './parsedFile.ts';
import { withKeptMembers } from './sameValue.ts';
import { withSourceConfigs } from './sourceConfig.ts';

export { type FileKind, fileKind, isLocal, type ParsedFile, type WorkspaceFile } from './parsedFile.ts';

export interface WorkspaceInput {
  readonly files: readonly WorkspaceFile[];
  /** URIs of the workspace folders. */
  readonly folders: readonly string[];
  /** ISO date that end-of-life and waivers are judged against. */
  readonly today: string;
}

/** Everything the core knows of a workspace. Immutable: a change makes a new one that shares what did not change. */
export interface Workspace {
  readonly folders: readonly string[];
  readonly today: string;
  readonly standards: readonly Standards[];
  readonly services: readonly ServiceManifest[];
  readonly environments: readonly EnvironmentsFile[];
  /** The files by normalised URI. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  file(uri: string): WorkspaceFile | undefined;
  /** The parsed YAML of a YAML file. */
  yaml(uri: string): YamlFile | undefined;
  /** The parse of a Dockerfile, made once per version of its text. */
  dockerfile(uri: string): Dockerfile | undefined;
  /** The standards that judge a file: named by its service, or nearest in the folder tree, or the only ones. */
  standardsFor(uri: string): Standards | undefined;
  standardsByName(name: string): Standards | undefined;
  /** True for a file of `kind: StandardsPart`, whatever its name. */
  isStandardsPart(uri: string): boolean;
  service(id: string): ServiceManifest | undefined;
  serviceAt(uri: string): ServiceManifest | undefined;
  serviceForDockerfile(uri: string): ServiceManifest | undefined;
  /** The environments file that a manifest (or any file) belongs to. */
  environmentsFor(uri: string): EnvironmentsFile | undefined;
  /** The `.hadolint.yaml` nearest above a file, up to its workspace folder. */
  hadolintFor(uri: string): HadolintConfig | undefined;
  /** A manifest with the overrides of an environment laid over it, before anything is filled in; computed once per manifest. */
  readonly merged: MergedManifests;
  /** What the services ask for in each environment that only one may have. Costs one pass over all manifests, once. */
  claims(): ClaimIndex;
  /** What features remember of immutable parts (by node, by parsed file) from one workspace to the next. */
  readonly memory: Memory;
  /** What they remember of this very workspace. */
  readonly here: Memory;
  /** Manifests with variables and defaults filled in; computed once per manifest and environment. */
  readonly filled: FilledManifests;
  /** What validation found in entries of long lists, by node. */
  readonly violations: NodeMemo<readonly Violation[]>;
  /** The names of other things in entries of lists, by node. */
  readonly namedScalars: NodeMemo<readonly NamedScalar[]>;
  /** Reads what a manifest claims; once per manifest and environments. */
  readonly claimsOf: ClaimReader;
  /** What the files were made of; used to build the next workspace. */
  readonly parsed: ReadonlyMap<string, ParsedFile>;
}

/** Builds a workspace; files whose text is the same as in `previous` are not parsed again. */
export function createWorkspace(input: WorkspaceInput, previous?: Workspace): Workspace {
  const parsed = new Map<string, ParsedFile>();
  for (const file of input.files) {
    const uri = normalUri(file.uri);
    const known = previous?.parsed.get(uri);
    const same = known?.file.kind === file.kind && known.file.text === file.text && known.file.uri === file.uri;
    parsed.set(uri, same ? known : parseFile(file, known));
  }
  return assemble(parsed, input.folders.map(normalUri), input.today, previous);
}

/** The workspace after some files changed or went; everything else is shared with `workspace`. */
export function changeWorkspace(workspace: Workspace, changed: readonly WorkspaceFile[], removed: readonly string[] = []): Workspace {
  const parsed = new Map(workspace.parsed);
  for (const uri of removed) parsed.delete(normalUri(uri));
  for (const file of changed) {
    const known = parsed.get(normalUri(file.uri));
    if (known?.file.kind !== file.kind || known.file.text !== file.text) parsed.set(normalUri(file.uri), parseFile(file, known));
  }
  return assemble(parsed, workspace.folders, workspace.today, workspace);
}

function assemble(
  parsed: ReadonlyMap<string, ParsedFile>,
  folders: readonly string[],
  today: string,
  previous: Workspace | undefined,
): Workspace {
  const files = [...parsed.values()];
  const merged = previous?.merged ?? mergedManifests();
  const claimsOf = previous?.claimsOf ?? claimReader(merged);
  const services = kept(
    previous?.services,
    files.flatMap((file) => file.service ?? []),
  );
  const environments = kept(previous?.environments, assembleEnvironments(parsed, previous?.environments));
  const dockerfile = (uri: string) => parsed.get(normalUri(uri))?.dockerfile?.();
  const wholes = files.filter((file) => isWhole(file) && !isPinnedCopy(file.file.uri));
  const standards = standardsOf(wholes, parsed, dockerfile, previous?.standards ?? []);
  const partOwner = (uri: string) => files.find((file) => isWhole(file) && partsOf(file, parsed).some((part) => part.file.uri === uri));
  const byDockerfile = new Map(services.map((service) => [normalUri(service.dockerfileUri), service]));
  const byManifest = new Map(services.map((service) => [normalUri(service.uri), service]));
  const standardsByName = (name: string) => standards.find((candidate) => candidate.name === name);
  const configs = files.flatMap((file) => file.hadolint ?? []);
  const folderOf = (uri: string) => folders.find((folder) => isBelow(uri, folder));

  const standardsFor = (uri: string): Standards | undefined => {
    const at = normalUri(uri);
    const own = parsed.get(at);
    if (own?.ownStandards) {
      const whole = isWhole(own) ? own : partOwner(own.file.uri);
      return standards.find((candidate) => candidate.uri === whole?.file.uri);
    }
    const named = (byManifest.get(at) ?? byDockerfile.get(at))?.standards;
    // A service that names standards which are not here is judged by none, never by others.
    if (named) return standardsByName(named.text);
    return nearest(at, standards, folderOf);
  };

  const environmentsFor = (uri: string): EnvironmentsFile | undefined => {
    const at = normalUri(uri);
    const product = (byManifest.get(at) ?? byDockerfile.get(at))?.product;
    const own = environments.find((file) => normalUri(file.uri) === at);
    if (own) return own;
    return nearest(at, product ? environments.filter((file) => file.product === product) : environments, folderOf);
  };
  let claims: ClaimIndex | undefined;

  return {
    folders,
    today,
    standards,
    services,
    environments,
    files: new Map([...parsed].map(([uri, file]) => [uri, file.file])),
    file: (uri) => parsed.get(normalUri(uri))?.file,
    yaml: (uri) => parsed.get(normalUri(uri))?.yaml,
    dockerfile,
    standardsFor,
    standardsByName,
    isStandardsPart: (uri) => {
      const file = parsed.get(normalUri(uri));
      return file?.ownStandards !== undefined && !isWhole(file);
    },
    service: (id) => services.find((service) => service.id === id),
    serviceAt: (uri) => byManifest.get(normalUri(uri)),
    serviceForDockerfile: (uri) => byDockerfile.get(normalUri(uri)),
    environmentsFor,
    hadolintFor: (uri) => (configs.length === 0 ? undefined : nearestAbove(normalUri(uri), configs)),
    merged,
    memory: previous?.memory ?? memory(),
    here: memory(),
    filled: previous?.filled ?? filledManifests(),
    violations: previous?.violations ?? nodeMemo(),
    namedScalars: previous?.namedScalars ?? nodeMemo(),
    claimsOf,
    claims: () => {
      claims ??= collectClaims(services, environmentsFor, claimsOf);
      return claims;
    },
    parsed,
  };
}

/**
 * The standards of a workspace; what says the same as before stays the same: who looked at images need not look again when a component
 * changed. A function of its own, so that nothing of a workspace keeps the one before alive.
 */
function standardsOf(
  wholes: readonly ParsedFile[],
  parsed: ReadonlyMap<string, ParsedFile>,
  dockerfile: (uri: string) => Dockerfile | undefined,
  before: readonly Standards[],
): readonly Standards[] {
  const now = wholes.flatMap((file) => assembleStandards(file, parsed, []));
  return kept(
    before,
    now.map((whole) =>
      withKeptMembers(
        before.find(({ uri }) => uri === whole.uri),
        withSourceConfigs(whole, dockerfile),
      ),
    ),
  );
}

/** The list of before, when it has the same members: who knows it need not look again. */
function kept<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  return before?.length === now.length && before.every((item, index) => item === now[index]) ? before : now;
}

/** The candidate whose folder is the nearest above `uri`; else one in the same workspace folder; else the only one, or the first. */
function nearest<T extends { readonly uri: string }>(
  uri: string,
  candidates: readonly T[],
  folderOf: (uri: string) => string | undefined,
): T | undefined {
  const closest = nearestAbove(uri, candidates);
  if (closest) return closest;
  const folder = folderOf(uri);
  const neighbour = candidates.find((candidate) => folder !== undefined && folderOf(normalUri(candidate.uri)) === folder);
  return neighbour ?? candidates[0];
}

function nearestAbove<T extends { readonly uri: string }>(uri: string, candidates: readonly T[]): T | undefined {
  const depth = (candidate: T) => parentUri(normalUri(candidate.uri)).length;
  const above = candidates.filter((candidate) => isBelow(uri, parentUri(normalUri(candidate.uri))));
  return above.reduce<T | undefined>((best, candidate) => (best && depth(best) >= depth(candidate) ? best : candidate), undefined);
}

/** The environments that a service can go to, in promotion order: those of its product's environments file. */
export function productEnvironments(workspace: Workspace, service: ServiceManifest): readonly EnvironmentSummary[] {
  const file = workspace.environmentsFor(service.uri);
  return file && file.product === service.product ? file.environments : [];
}

/** What the effective configuration of a service is computed from. */
export function effectiveInput(
  workspace: Workspace,
  service: ServiceManifest,
  root: MapNode,
  environment: EnvironmentSummary,
): EffectiveInput {
  return {
    service,
    root,
    environment,
    ...optional('standards', workspace.standardsFor(service.uri)),
    readFile: (path) => workspace.file(resolveUri(service.folderUri, path))?.text,
    filled: workspace.filled,
  };
}
