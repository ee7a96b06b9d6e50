/**
 * The seams between use-cases and the world. Use-cases (`delivery/`) know only these interfaces; adapters implement them.
 * Every call that can wait takes an AbortSignal. Errors are `WaybillError`s (errors.ts).
 */
import type {
  BuildArtifact,
  BuildSpecAnswer,
  CatalogueChange,
  CatalogueEdit,
  EffectiveAnswer,
  FieldAdoption,
  FieldEdit,
  ImportRefusal,
  LockAnswer,
  LockParams,
  ParityAnswer,
  ParityParams,
  PinEdit,
  PinParams,
  ReleaseNames,
  WorkspaceModel,
} from '../../server/src/protocol.ts';
import type { BuildEvent, BuilderQueue, Engines, Registry } from './ports/engine.ts';
import type { PinnedStandards } from './ports/pinned.ts';
import type { Platforms } from './ports/platform.ts';
import type { Programs, Webhooks } from './ports/programs.ts';
import type { Identity, Records } from './ports/records.ts';

export type * from './ports/builds.ts';
export type * from './ports/deployment.ts';
export type * from './ports/engine.ts';
export type * from './ports/insight.ts';
export type * from './ports/operations.ts';
export type * from './ports/pinned.ts';
export type * from './ports/platform.ts';
export type * from './ports/preparation.ts';
export type * from './ports/programs.ts';
export type * from './ports/records.ts';

/** The language half: the server in the editor, `server/core` in the CLI. */
export interface Documents {
  model(signal: AbortSignal): Promise<WorkspaceModel>;
  /** With `release` its names are filled in. With `recorded`: of that manifest of a release instead of the present one, with the present overrides of the environment. */
  effective(
    service: string,
    environment: string,
    signal: AbortSignal,
    recorded?: Readonly<Record<string, unknown>>,
    release?: ReleaseNames,
  ): Promise<EffectiveAnswer>;
  buildSpec(service: string, signal: AbortSignal): Promise<BuildSpecAnswer>;
  /** How an OS or base image of the standards is built. */
  baseImage(image: string, signal: AbortSignal): Promise<BuildSpecAnswer>;
  /** The edit that writes an image into the standards. */
  changeCatalogue(change: CatalogueChange, signal: AbortSignal): Promise<CatalogueEdit | ImportRefusal>;
  /** The edits that pin an environment to the cluster that its context leads to. */
  pinCluster?(wanted: PinParams, signal: AbortSignal): Promise<PinEdit | ImportRefusal>;
  /** The edit that writes what runs into a manifest. Later answers are about the files with it. */
  adoptField?(wanted: FieldAdoption, signal: AbortSignal): Promise<FieldEdit | ImportRefusal>;
  /** What floats in the workspace, and what its locks are to hold. */
  lock(params: LockParams, signal: AbortSignal): Promise<LockAnswer>;
  /** Where services run in another way in an environment than in the one that it mirrors. */
  parity(params: ParityParams, signal: AbortSignal): Promise<ParityAnswer>;
}

export interface Clock {
  now(): Date;
  /** Rejects with `signal.reason` when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Values of secrets by reference (`vscode:name`, `env:NAME`, `file:path`). Every value handed out is registered with the redactor. */
export interface Secrets {
  read(reference: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** Credentials for one registry host, exact match; undefined means anonymous (S7). */
export interface RegistryCredential {
  readonly username: string;
  readonly password: string;
}
export interface Credentials {
  forRegistry(host: string, signal: AbortSignal): Promise<RegistryCredential | undefined>;
}

/** What git says about a folder; every field absent outside a repository. */
export interface SourceState {
  readonly revision?: string;
  readonly branch?: string;
  readonly dirty?: boolean;
  readonly commitTime?: Date;
  readonly remote?: string;
}
export interface Source {
  state(folder: string, signal: AbortSignal): Promise<SourceState>;
  /** Is anything in the folders other than at that revision, committed or not? Undefined when git does not know the revision. */
  changed(folders: readonly string[], revision: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** Runs the compile step of a service on this machine; never in a folder that is not trusted (S15). */
export interface Compiler {
  compile(artifact: BuildArtifact, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<void>;
}

/** All that a use-case may need. */
export interface Ports {
  readonly documents: Documents;
  readonly engines: Engines;
  readonly builders: BuilderQueue;
  readonly registry: Registry;
  readonly platforms: Platforms;
  readonly records: Records;
  readonly secrets: Secrets;
  readonly source: Source;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly pinned: PinnedStandards;
  readonly programs?: Programs;
  readonly webhooks?: Webhooks;
  readonly compiler: Compiler;
}
