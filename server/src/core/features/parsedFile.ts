import type { Dockerfile } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { type EnvironmentsFile, readEnvironments } from '../environments/parse.ts';
import { readService, type ServiceManifest } from '../service/parse.ts';
import { type HadolintConfig, readHadolintConfig } from '../standards/hadolintConfig.ts';
import type { Standards } from '../standards/model.ts';
import { readStandards } from '../standards/parse.ts';
import { parseYaml, type YamlFile } from '../yaml/parse.ts';
import { textAt } from '../yaml/tree.ts';
import type { FileKind } from './fileKind.ts';

export { type FileKind, fileKind } from './fileKind.ts';

/** A file of the workspace, from the disk or from an open editor. */
export interface WorkspaceFile {
  readonly uri: string;
  readonly kind: FileKind;
  readonly text: string;
}

/** One file with its parse; reused by identity as long as the text stays. */
export interface ParsedFile {
  readonly file: WorkspaceFile;
  readonly yaml?: YamlFile;
  readonly service?: ServiceManifest;
  readonly ownStandards?: Standards;
  readonly ownEnvironments?: EnvironmentsFile;
  readonly hadolint?: HadolintConfig;
  /** The parse of a Dockerfile, made at the first question. */
  readonly dockerfile?: () => Dockerfile;
}

const notYaml: readonly FileKind[] = ['dockerignore', 'supervisor', 'confd', 'template'];

/**
 * Parses a file by its kind; Dockerfiles are parsed by those who judge them.
 * @param previous the version before, whose unchanged parts are taken over
 */
export function parseFile(file: WorkspaceFile, previous?: ParsedFile): ParsedFile {
  if (file.kind === 'dockerfile') return { file, dockerfile: once(() => parseDockerfile(file.uri, file.text)) };
  // What is no YAML is parsed by those who judge it.
  if (notYaml.includes(file.kind)) return { file };
  if (file.kind === 'other' && !/\.ya?ml$/i.test(file.uri)) return { file };
  const yaml = parseYaml(file.text, previous?.yaml);
  if (file.kind === 'service') return { file, yaml, service: readService(file.uri, yaml.root) };
  if (file.kind === 'environments') return { file, yaml, ownEnvironments: readEnvironments(file.uri, yaml.root) };
  if (file.kind === 'hadolint') return { file, yaml, hadolint: readHadolintConfig(file.uri, yaml.root) };
  if (file.kind === 'standards' || isPart(yaml)) return { file, yaml, ownStandards: readStandards(file.uri, yaml.root) };
  return { file, yaml };
}

function once<T>(make: () => T): () => T {
  const made: { value?: T } = {};
  return () => {
    made.value ??= make();
    return made.value;
  };
}

function isPart(yaml: YamlFile): boolean {
  return textAt(yaml.root, 'kind') === 'StandardsPart';
}

/** True for standards that stand by themselves, false for parts. */
export function isWhole(file: ParsedFile): boolean {
  return file.ownStandards !== undefined && file.yaml !== undefined && !isPart(file.yaml);
}

/** True for `waybill.environments.local.yaml`. */
export function isLocal(uri: string): boolean {
  return /\.local\.ya?ml$/i.test(uri);
}
