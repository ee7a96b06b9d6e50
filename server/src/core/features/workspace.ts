import type { EnvironmentSummary } from '../../protocol.ts';
import { type EnvironmentsFile, readEnvironments } from '../environments/parse.ts';
import type { EffectiveInput } from '../service/compute.ts';
import { readService, type ServiceManifest } from '../service/parse.ts';
import { mergeStandards } from '../standards/merge.ts';
import type { Standards } from '../standards/model.ts';
import { readStandards } from '../standards/parse.ts';
import { optional } from '../text/optional.ts';
import { baseName, globMatches, isBelow, normalUri, parentUri, relativePath, resolveUri } from '../text/uris.ts';
import { parseYaml, type YamlFile } from '../yaml/parse.ts';
import { type MapNode, textAt, textsAt } from '../yaml/tree.ts';

export type FileKind = 'dockerfile' | 'service' | 'standards' | 'environments' | 'record' | 'other';

/** A file of the workspace, from the disk or from an open editor. */
export interface WorkspaceFile {
  readonly uri: string;
  readonly kind: FileKind;
  readonly text: string;
}

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
  /** What the files were made of; used to build the next workspace. */
  readonly parsed: ReadonlyMap<string, ParsedFile>;
}

/** One file with its parse; reused by identity as long as the text stays. */
export interface ParsedFile {
  readonly file: WorkspaceFile;
  readonly yaml?: YamlFile;
  readonly service?: ServiceManifest;
  readonly ownStandards?: Standards;
  readonly ownEnvironments?: EnvironmentsFile;
}

/** What a file is, by its name alone. */
export function fileKind(uri: string): FileKind {
  const name = baseName(uri).toLowerCase();
  if (/^waybill\.ya?ml$/.test(name)) return 'service';
  if (/^(?:.+\.)?waybill\.standards\.ya?ml$/.test(name)) return 'standards';
  if (/^waybill\.environments(?:\.local)?\.ya?ml$/.test(name)) return 'environments';
  if (/^waybill\.lock\.ya?ml$/.test(name) || /\/\.waybill\/(?:releases|snapshots)\/.*\.ya?ml$/.test(uri)) return 'record';
  if (/^(?:docker|container)file(?:\..+)?$/.test(name) || /\.(?:docker|container)file$/.test(name)) return 'dockerfile';
  return 'other';
}

/** Builds a workspace; files whose text is the same as in `previous` are not parsed again. */
export function createWorkspace(input: WorkspaceInput, previous?: Workspace): Workspace {
  const parsed = new Map<string, ParsedFile>();
  for (const file of input.files) {
    const uri = normalUri(file.uri);
    const known = previous?.parsed.get(uri);
    const same = known?.file.kind === file.kind && known.file.text === file.text && known.file.uri === file.uri;
    parsed.set(uri, same ? known : parseFile(file));
  }
  return assemble(parsed, input.folders.map(normalUri), input.today);
}

/** The workspace after some files changed or went; everything else is shared with `workspace`. */
export function changeWorkspace(workspace: Workspace, changed: readonly WorkspaceFile[], removed: readonly string[] = []): Workspace {
  const parsed = new Map(workspace.parsed);
  for (const uri of removed) parsed.delete(normalUri(uri));
  for (const file of changed) {
    const known = parsed.get(normalUri(file.uri));
    if (known?.file.kind !== file.kind || known.file.text !== file.text) parsed.set(normalUri(file.uri), parseFile(file));
  }
  return assemble(parsed, workspace.folders, workspace.today);
}

function parseFile(file: WorkspaceFile): ParsedFile {
  if (file.kind === 'dockerfile' || (file.kind === 'other' && !/\.ya?ml$/i.test(file.uri))) return { file };
  const yaml = parseYaml(file.text);
  if (file.kind === 'service') return { file, yaml, service: readService(file.uri, yaml.root) };
  if (file.kind === 'environments') return { file, yaml, ownEnvironments: readEnvironments(file.uri, yaml.root) };
  if (file.kind === 'standards' || isPart(yaml)) return { file, yaml, ownStandards: readStandards(file.uri, yaml.root) };
  return { file, yaml };
}

function isPart(yaml: YamlFile): boolean {
  return textAt(yaml.root, 'kind') === 'StandardsPart';
}

function assemble(parsed: ReadonlyMap<string, ParsedFile>, folders: readonly string[], today: string): Workspace {
  const files = [...parsed.values()];
  const services = files.flatMap((file) => file.service ?? []);
  const environments = assembleEnvironments(parsed);
  const standards = files.flatMap((file) => (isWhole(file) ? assembleStandards(file, parsed, []) : []));
  const partOwner = (uri: string) => files.find((file) => isWhole(file) && partsOf(file, parsed).some((part) => part.file.uri === uri));
  const byDockerfile = new Map(services.map((service) => [normalUri(service.dockerfileUri), service]));
  const byManifest = new Map(services.map((service) => [normalUri(service.uri), service]));
  const standardsByName = (name: string) => standards.find((candidate) => candidate.name === name);
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

  return {
    folders,
    today,
    standards,
    services,
    environments,
    files: new Map([...parsed].map(([uri, file]) => [uri, file.file])),
    file: (uri) => parsed.get(normalUri(uri))?.file,
    yaml: (uri) => parsed.get(normalUri(uri))?.yaml,
    standardsFor,
    standardsByName,
    isStandardsPart: (uri) => {
      const file = parsed.get(normalUri(uri));
      return file?.ownStandards !== undefined && !isWhole(file);
    },
    service: (id) => services.find((service) => service.id === id),
    serviceAt: (uri) => byManifest.get(normalUri(uri)),
    serviceForDockerfile: (uri) => byDockerfile.get(normalUri(uri)),
    environmentsFor: (uri) => {
      const at = normalUri(uri);
      const product = (byManifest.get(at) ?? byDockerfile.get(at))?.product;
      const own = environments.find((file) => normalUri(file.uri) === at);
      if (own) return own;
      return nearest(at, product ? environments.filter((file) => file.product === product) : environments, folderOf);
    },
    parsed,
  };
}

/** The candidate whose folder is the nearest above `uri`; else one in the same workspace folder; else the only one, or the first. */
function nearest<T extends { readonly uri: string }>(
  uri: string,
  candidates: readonly T[],
  folderOf: (uri: string) => string | undefined,
): T | undefined {
  const depth = (candidate: T) => parentUri(normalUri(candidate.uri)).length;
  const above = candidates.filter((candidate) => isBelow(uri, parentUri(normalUri(candidate.uri))));
  const closest = above.reduce<T | undefined>((best, candidate) => (best && depth(best) >= depth(candidate) ? best : candidate), undefined);
  const folder = folderOf(uri);
  const neighbour = candidates.find((candidate) => folder !== undefined && folderOf(normalUri(candidate.uri)) === folder);
  return closest ?? neighbour ?? candidates[0];
}

function isWhole(file: ParsedFile): boolean {
  return file.ownStandards !== undefined && file.yaml !== undefined && !isPart(file.yaml);
}

function partsOf(file: ParsedFile, parsed: ReadonlyMap<string, ParsedFile>): readonly ParsedFile[] {
  const folder = parentUri(normalUri(file.file.uri));
  const globs = textsAt(file.yaml?.root, 'include');
  return [...parsed].flatMap(([uri, part]) => {
    const path = relativePath(folder, uri);
    if (!part.ownStandards || isWhole(part) || path === undefined) return [];
    return globs.some((glob) => globMatches(glob, path)) ? [part] : [];
  });
}

function assembleStandards(file: ParsedFile, parsed: ReadonlyMap<string, ParsedFile>, chain: readonly string[]): Standards[] {
  const own = file.ownStandards;
  if (!own || chain.includes(own.uri)) return [];
  const whole = partsOf(file, parsed).reduce(
    (merged, part) => (part.ownStandards ? mergeStandards(merged, part.ownStandards, 'part') : merged),
    own,
  );
  const parents = textsAt(file.yaml?.root, 'extends').flatMap((reference) => {
    const path = /^file:(.+)$/.exec(reference)?.[1];
    const parent = path ? parsed.get(normalUri(resolveUri(parentUri(own.uri), path))) : undefined;
    return parent ? assembleStandards(parent, parsed, [...chain, own.uri]) : [];
  });
  return [parents.reduceRight((child, parent) => mergeStandards(parent, child, 'child'), whole)];
}

function assembleEnvironments(parsed: ReadonlyMap<string, ParsedFile>): EnvironmentsFile[] {
  return [...parsed.values()].flatMap((file) => {
    const own = file.ownEnvironments;
    if (!own || isLocal(own.uri)) return [];
    const local = [...parsed.values()].find(
      (other) => other.ownEnvironments && isLocal(other.file.uri) && other.ownEnvironments.folderUri === own.folderUri,
    );
    return local ? [readEnvironments(own.uri, own.root, { uri: local.file.uri, root: local.yaml?.root })] : [own];
  });
}

/** True for `waybill.environments.local.yaml`. */
export function isLocal(uri: string): boolean {
  return /\.local\.ya?ml$/i.test(uri);
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
  };
}
