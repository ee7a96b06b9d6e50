import type { Range } from '../../protocol.ts';
import type { ConfdFile } from '../confd/parse.ts';
import type { IgnoreMatcher } from '../dockerfile/ignoreFile.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import type { Span } from '../dockerfile/spans.ts';
import type { EnvironmentsFile } from '../environments/parse.ts';
import type { Workspace } from '../features/workspace.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { ExtendsEntry, LockDemands } from '../standards/extended.ts';
import type { Standards } from '../standards/model.ts';
import type { SupervisorFile } from '../supervisor/parse.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { Report, RuleMeta } from './rule.ts';
import type { RuleNames } from './ruleNames.ts';

export type ManifestKind = 'service' | 'environments' | 'standards' | 'record' | 'hadolint' | 'dockerignore' | 'supervisor' | 'confd';

/** A `.dockerignore` with the paths that it is about; without `paths` nothing is known of them. */
export interface IgnoreDemands {
  readonly matcher: IgnoreMatcher;
  readonly paths?: readonly string[];
  range(span: Span): Range;
}

/** Everything that a rule about YAML files may look at. */
export interface ManifestContext {
  readonly workspace: Workspace;
  readonly uri: string;
  readonly kind: ManifestKind;
  readonly yaml: YamlFile;
  /** Set for `kind: 'service'`. */
  readonly service?: ServiceManifest;
  /** For a service: where it is deployed to; for an environments file: itself. */
  readonly environments?: EnvironmentsFile;
  readonly standards?: Standards;
  readonly names: RuleNames;
  /** Set for `kind: 'dockerignore'`, whose `yaml` is empty. */
  readonly ignore?: IgnoreDemands;
  /** Set for `kind: 'supervisor'`, whose `yaml` is empty. */
  readonly supervisor?: SupervisorFile;
  /** Set for `kind: 'confd'`, whose `yaml` is empty. */
  readonly confd?: ConfdFile;
  /** Set for `kind: 'service'`: its parsed Dockerfile, when it is in the workspace; parsed when first asked for. */
  readonly dockerfile?: () => Dockerfile | undefined;
  /** Set for `kind: 'standards'`: the entries of `extends` with how they stand. Answers are plain data, so that they can be compared. */
  readonly extendsEntries?: () => readonly ExtendsEntry[];
  /** Set for `kind: 'standards'`: what they extend, each with what it extends itself. */
  readonly parentStandards?: () => readonly Standards[];
  /** Names of the contexts of the user's kubeconfigs; only completion is told. */
  readonly kubeContexts?: readonly string[];
  /** Set for `kind: 'record'`: what a lock in the folder of the file has to pin. */
  readonly lockDemands?: () => LockDemands;
  /** Ids of the standards' waivers that are about a finding of a file in the workspace. Costly: every file is judged. */
  readonly waiversInUse?: () => ReadonlySet<string>;
}

/** A rule about YAML files: metadata, the kinds of file it is about, and one pure check. Its id is its path below `rules/`. */
export interface ManifestRule extends RuleMeta {
  readonly on: readonly ManifestKind[];
  readonly check: (context: ManifestContext) => readonly Report[];
}
