/** Docker Engines and registries, as use-cases see them. */
import type { BuildArtifact, BuilderMember, BuilderPool, BuildSpec, DockerHost, ImageByDigest } from '../../../server/src/protocol.ts';

export interface EngineVersion {
  /** `20.10.24`. */
  readonly version: string;
  /** `1.41`. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
  readonly buildkit: boolean;
}

export type BuildEvent =
  /** A step began, ended, or was answered from the cache. `id` is stable within the build; `line` is the Dockerfile's, one-based. */
  | {
      readonly type: 'step';
      readonly id: string;
      readonly name: string;
      readonly state: 'started' | 'done' | 'cached' | 'failed';
      readonly line?: number;
      readonly seconds?: number;
      readonly error?: string;
    }
  | { readonly type: 'output'; readonly step: string; readonly text: string }
  | { readonly type: 'context'; readonly bytes: number; readonly files: number }
  /** So much of the context was not on the builder yet. */
  | { readonly type: 'sent'; readonly bytes: number }
  | { readonly type: 'warning'; readonly message: string };

export interface BuiltImage {
  /** Image id on the daemon, `sha256:…`. */
  readonly id: string;
  readonly member: string;
  readonly engine: 'buildkit' | 'classic';
  readonly seconds: number;
  readonly steps: { readonly cached: number; readonly ran: number };
  /** `RootFS.Layers`, lowest first. */
  readonly layers: readonly string[];
  readonly size: number;
  /** What made each layer, lowest first; entries without a layer have the size 0. */
  readonly history: readonly { readonly createdBy: string; readonly size: number }[];
  readonly config: { readonly user: string; readonly labels: Readonly<Record<string, string>>; readonly env: readonly string[] };
}

export interface BuildOrder {
  readonly spec: BuildSpec;
  /** `repository:tag` names to give the image. */
  readonly tags: readonly string[];
  /** Provenance labels, put on beside the spec's. */
  readonly labels: Readonly<Record<string, string>>;
  /** Clamp for file times in the context; makes equal inputs equal archives. */
  readonly sourceDate: Date;
}

export type PushEvent = { readonly layer: string; readonly status: string; readonly current?: number; readonly total?: number };

export interface PushResult {
  readonly digest: string;
  readonly pushed: number;
  readonly mounted: number;
  readonly existing: number;
  readonly bytes: number;
}

/** What is kept on an engine; bytes. */
export interface EngineUsage {
  readonly images: number;
  /** Build cache, and how much of it nothing uses now. */
  readonly cache: number;
  readonly reclaimable: number;
}

/** Which build cache goes: what nothing uses, except the newest `keep` bytes, and only what is older than so many seconds. */
export interface CacheCleaning {
  readonly keep?: number;
  readonly olderThan?: number;
}

/** One Docker Engine. */
export interface Engine {
  readonly name: string;
  /** Reaches the daemon and says what it is; the first thing to fail when something is wrong. */
  version(signal: AbortSignal): Promise<EngineVersion>;
  /** Builds that run there now, everybody's; undefined when it does not tell. */
  activeBuilds(signal: AbortSignal): Promise<number | undefined>;
  /** Runs the compile step in a container there: the folder goes, the outputs come back. Nothing stays on the engine. */
  compile(artifact: BuildArtifact, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<void>;
  build(order: BuildOrder, report: (event: BuildEvent) => void, signal: AbortSignal): Promise<BuiltImage>;
  push(repository: string, tag: string, report: (event: PushEvent) => void, signal: AbortSignal): Promise<PushResult>;
  /** `RootFS.Layers` of an image by digest: from the daemon if it has it for its own platform, else from its registry. */
  layersOf(image: ImageByDigest, signal: AbortSignal, platform?: string): Promise<readonly string[]>;
  /** Id of the image that the build of this id (`waybill.dev/build-id`) has left there; undefined when there is none. */
  imageOf?(build: string, signal: AbortSignal): Promise<string | undefined>;
  /** May take many seconds: asked only on demand. */
  usage(signal: AbortSignal): Promise<EngineUsage>;
  /** Answers the bytes that became free. */
  cleanCache(cleaning: CacheCleaning, signal: AbortSignal): Promise<number>;
  close(): void;
}

/** One step on the way to a daemon. */
export interface DiagnosisStep {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice?: string;
  readonly milliseconds: number;
}

export interface Engines {
  open(member: BuilderMember): Engine;
  /** Goes the way to a daemon step by step; false when one failed. Changes nothing. */
  diagnose(host: DockerHost, report: (step: DiagnosisStep) => void, signal: AbortSignal): Promise<boolean>;
}

/** What is asked of the queue before a build. */
export interface SeatRequest {
  readonly pool: string;
  /** Fairness is between services: `product/name`. */
  readonly service: string;
  /** Members that may do it, best first; asked whenever seats are given, because pools change while builds wait. */
  members(): readonly BuilderMember[];
  readonly policy: BuilderPool['policy'];
  /** How long the first choice is waited for before any other will do; milliseconds. */
  readonly patience: number;
  /** So many builds of the pool may wait. */
  readonly maxQueue: number;
  /** Stops the build, whether it waits or runs. */
  cancel?(): void;
}

/** A build that waits or has a seat. */
export interface SeatedBuild {
  readonly id: string;
  readonly service: string;
  readonly pool: string;
  /** Name of the member that it runs on, or that it waits for first of all. */
  readonly member?: string;
  readonly state: 'waiting' | 'running';
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The right to build on a member. Must be released, whatever happens. */
export interface Seat {
  readonly member: BuilderMember;
  release(): void;
}

/** How busy a member is, as this window knows. */
export interface BuilderLoad {
  readonly running: number;
  /** Builds of others, as the daemon told last. */
  readonly foreign: number;
  /** Builds that wait for this member first of all. */
  readonly waiting: number;
  /** Left alone until then after failures; milliseconds since 1970. */
  readonly pausedUntil?: number;
}

/** Who builds where: one per window. */
export interface BuilderQueue {
  /**
   * Waits for a seat; undefined when no member may do it any more. Throws `refused` when too many wait already, the signal's reason when it
   * is aborted.
   */
  seat(request: SeatRequest, signal: AbortSignal): Promise<Seat | undefined>;
  /** Pools as their files say now: builds that wait go by them from here on. */
  follow(pools: readonly BuilderPool[]): void;
  /** The newest that is known of a pool. */
  pool(name: string): BuilderPool | undefined;
  /** Builds of this window, in the order in which they came. */
  builds(): readonly SeatedBuild[];
  /** Stops one of them. */
  cancel(id: string): void;
  /** The member could not be reached. */
  failed(member: BuilderMember): void;
  /**
   * The member answered; `foreign` builds of others run on it, which is believed for some seconds. False: with the seats of this window it
   * has more than its capacity, so who just took a seat should give it back and ask again.
   */
  answered(member: BuilderMember, foreign: number): boolean;
  load(member: BuilderMember): BuilderLoad;
  /** Calls `listener` after every change; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** An image to be put on another base without a build. */
export interface RebaseOrder {
  readonly image: ImageByDigest;
  readonly from: ImageByDigest;
  readonly to: ImageByDigest;
  /** Put over those that the image has. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface RebasePlan {
  /** Why it cannot be done; empty when it can. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** True when only a run can show that the image still works. */
  readonly mustVerify: boolean;
  /** Layers of the old base that go, of the image that stay, of the new base that come. */
  readonly layers: { readonly exchanged: number; readonly kept: number; readonly now: number };
  /** The registry's own. */
  readonly token: unknown;
}

export interface RebaseResult {
  readonly digest: string;
  readonly existing: number;
  readonly mounted: number;
  readonly copied: number;
}

/** What an image in a registry is. */
export interface ImageDescription {
  readonly digest: string;
  readonly platforms: readonly string[];
  /** `rootfs.diff_ids`, lowest first; of the first platform, like all that follows. */
  readonly layers: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** os-release(5) of its files; absent when it has none. */
  readonly release?: Readonly<Record<string, string>>;
}

/** Registry by the OCI distribution specification. */
export interface Registry {
  /** Digest of a tag by HEAD and by hashing the body; undefined when the tag is not there. */
  resolve(repository: string, reference: string, signal: AbortSignal): Promise<string | undefined>;
  /** What an image is, by tag or digest; undefined when it is not there. */
  describe(repository: string, reference: string, signal: AbortSignal): Promise<ImageDescription | undefined>;
  /**
   * Puts an index of images of the same repository under a tag; answers its digest. Throws `rejected` when one of them is not there or is not of
   * the platform that is said of it.
   */
  putIndex(
    repository: string,
    tag: string,
    images: readonly { readonly platform: string; readonly digest: string }[],
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Takes a tag away that names just this image, which stays by its digest. False, and nothing is changed, where it names another or the registry
   * cannot.
   */
  removeTag?(repository: string, tag: string, digest: string, signal: AbortSignal): Promise<boolean>;
  /** `RootFS.Layers` of an image, lowest first. */
  layers?(image: ImageByDigest, signal: AbortSignal): Promise<readonly string[]>;
  /** What putting an image on another base would make; changes nothing. */
  planRebase(order: RebaseOrder, signal: AbortSignal): Promise<RebasePlan>;
  /** Makes the image of a plan, under a tag that must be new. */
  rebase(plan: RebasePlan, tag: string, signal: AbortSignal): Promise<RebaseResult>;
}
