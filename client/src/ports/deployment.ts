/** A deployment from its intent to its record. */
import type { EffectiveService, EnvironmentSummary, ImageByDigest } from '../../../server/src/protocol.ts';

export interface DeployIntent {
  readonly environment: EnvironmentSummary;
  readonly service: EffectiveService;
  readonly image: ImageByDigest;
  readonly tag: string;
  /** `rel-…`. */
  readonly release: string;
  readonly alias: string;
  readonly source: { readonly repository?: string; readonly revision?: string };
  readonly by: string;
  readonly reason?: string;
  /** Set for promotions: the environment it comes from. */
  readonly promotedFrom?: string;
  /** True for Roll Back. */
  readonly rollback: boolean;
  /** What was decided when a plan was looked at; the plan is drawn anew with it. */
  readonly choices?: PlanChoices;
}

/** Ways out of what a plan reports. Objects are named as in `PlannedChange.object`. */
export interface PlanChoices {
  /** Fields of these objects that others hold are set all the same; objects that nobody marked become the service's own. */
  readonly takeOver?: readonly string[];
  /** Fields of these objects that others hold stay as they are. */
  readonly leave?: readonly string[];
  /** What the service no longer has is removed once the rest is healthy. */
  readonly prune?: boolean;
}

/** A field that the plan would set and another manager holds. */
export interface FieldConflict {
  readonly object: string;
  /** `kubectl-edit`; `nobody` for an object that exists and carries no mark. */
  readonly manager: string;
  /** `spec.replicas`; empty for the whole object. */
  readonly field: string;
  /** As JSON; absent where there is none. */
  readonly live?: string;
  readonly wanted?: string;
  /** Where the manifest says it: `scale.replicas`. */
  readonly manifestPath?: string;
}

export type ChangeKind = 'create' | 'update' | 'unchanged' | 'remove';

export interface PlannedChange {
  /** `apps/v1/Deployment/order-api`, `container/it-1/order-api-1`. */
  readonly object: string;
  readonly change: ChangeKind;
  /** Unified diff of live and predicted YAML, noise removed, no secret values; empty when unchanged. */
  readonly diff: string;
  readonly restarts: boolean;
}

/** What a deployment would do, shown before anything is written. `token` belongs to the platform that made it. */
export interface Plan {
  readonly environment: string;
  readonly service: string;
  readonly release: string;
  readonly image: ImageByDigest;
  /** Who and where exactly: server, namespace and UIDs, or hosts. One line each. */
  readonly identity: readonly string[];
  readonly changes: readonly PlannedChange[];
  readonly warnings: readonly string[];
  /** Reasons why it may not be applied; empty when it may. */
  readonly refusals: readonly string[];
  /** Fields that others hold; each is among the refusals too, until a choice is made. */
  readonly conflicts?: readonly FieldConflict[];
  /** Objects of the service that it no longer asks for; left alone unless `choices.prune`. */
  readonly leftovers?: readonly string[];
  /** Why the name of the environment must be typed, whatever the environment itself asks for. */
  readonly typed?: string;
  /** `sha256:` over what will be written; apply refuses when the target has moved since. */
  readonly hash: string;
  readonly token: unknown;
  /** The plans that this one puts together, in the order of their application: several services at once. */
  readonly parts?: readonly Plan[];
  /** What it does, when it is no deployment: `Prepare namespace shop for dev`. */
  readonly title?: string;
}

export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';

export type DeployEvent =
  | {
      readonly type: 'phase';
      readonly phase: 'lock' | 'record' | 'apply' | 'pull' | 'rollout' | 'verify' | 'done';
      readonly message: string;
    }
  | { readonly type: 'progress'; readonly ready: number; readonly wanted: number; readonly message: string };

/** Why a release is not healthy, in words a developer understands. */
export interface Diagnosis {
  /** `image-missing`, `image-unauthorized`, `crash-loop`, `out-of-memory`, `config-error`, `probe`, `scheduling`, `quota`, `admission`, `port-taken`, `start-error`, `deadline`. */
  readonly kind: string;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly advice: string;
  /** Last lines of the failing instance's log. */
  readonly log: readonly string[];
  /** Manifest path that is to blame, e.g. `health.readiness`. */
  readonly manifestPath?: string;
}

/** Failed: the workload is unhealthy. Errored: Waybill or an API could not do it. */
export type Outcome = 'Succeeded' | 'Failed' | 'Errored' | 'Aborted';

export interface DeployResult {
  readonly outcome: Outcome;
  /** What the checks found, where the environment asks for them after every deployment. */
  readonly verification?: Verification;
  readonly diagnosis?: Diagnosis;
  readonly message: string;
}

export interface DeploymentRecord {
  readonly sequence: number;
  readonly environment: string;
  readonly service: string;
  readonly release: string;
  readonly alias: string;
  readonly image: ImageByDigest;
  readonly tag: string;
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  readonly promotedFrom?: string;
  readonly rollback: boolean;
  /** `Pending` is the intent, written before anything is touched (S10). */
  readonly result: Outcome | 'Pending';
  readonly message: string;
  readonly configHash: string;
  readonly planHash: string;
  /** Absent for a deployment; what was done with the release that ran otherwise. */
  readonly operation?: 'scale' | 'restart' | 'pause' | 'resume' | 'reapply';
  /** When its outcome was written; ISO 8601. */
  readonly ended?: string;
  readonly verification?: Verification;
  /** The effective configuration used, without secret values; what Roll Back deploys again. */
  readonly effective: EffectiveService;
}

/** One check of `verify`, as it ended. */
export interface CheckOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly seconds: number;
  /** The last lines of what it said, where it ran in the environment. */
  readonly log?: readonly string[];
}

/** What `verify` found after a deployment. Verified when every check passed and there was one. */
export interface Verification {
  readonly at: string;
  readonly by: string;
  readonly passed: boolean;
  readonly checks: readonly CheckOutcome[];
}
