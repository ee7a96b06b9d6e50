/** What can be done with services that run, and be learned of them, beside deploying. A platform offers what it can. */
import type { EffectiveService, EnvironmentSummary, ImageByDigest } from '../../../server/src/protocol.ts';
import type { DeployEvent, DeployIntent, DeploymentRecord, DeployResult, Verification } from './deployment.ts';
import type { PlatformInsight } from './insight.ts';
import type { PlatformPreparation } from './preparation.ts';

/** How a service stands now, as far as it can be operated. */
export interface Workload {
  readonly replicas: number;
  readonly ready: number;
  readonly paused: boolean;
  /** Present when something else sets the number of instances. */
  readonly auto?: { readonly by: string; readonly min: number; readonly max: number };
  /** What the platform cannot do with it; absent: everything can be done. */
  readonly cannot?: readonly Operation['kind'][];
  /** Names this state: an operation is refused when the service has changed since. */
  readonly version: string;
}

export type Operation =
  | { readonly kind: 'scale'; readonly replicas: number }
  | { readonly kind: 'restart' }
  /** Changes wait until `resume`; what runs goes on running. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' };

export interface OperationOrder {
  readonly environment: EnvironmentSummary;
  readonly service: string;
  readonly operation: Operation;
  readonly by: string;
  /** `Workload.version` that was shown when it was asked for. */
  readonly version: string;
}

/** One field that somebody changed after it was deployed. */
export interface DriftedField {
  /** `apps/v1/Deployment/order-api`. */
  readonly object: string;
  /** `spec.replicas`, `spec.template.spec.containers[order-api].env[GREETING].value`. */
  readonly path: string;
  /** As JSON; undefined: not there. Never a secret value. */
  readonly deployed?: string;
  readonly live?: string;
  /** Who, by the target's own account: `kubectl-edit`; absent when it does not say. */
  readonly by?: string;
  /** ISO 8601. */
  readonly at?: string;
  /** Where the manifest says it: `scale.replicas`; absent when it is no field of the manifest. */
  readonly manifestPath?: string;
  /** Another image runs than was deployed. */
  readonly image: boolean;
}

export interface Drift {
  readonly service: string;
  /** The deployment that the service is compared with; absent: Waybill never deployed it there. */
  readonly record?: DeploymentRecord;
  readonly fields: readonly DriftedField[];
}

/** A check that runs once in an environment, beside the service. */
export interface JobOrder {
  readonly environment: EnvironmentSummary;
  /** The deployment that is checked. */
  readonly record: DeploymentRecord;
  /** Name of the check. */
  readonly check: string;
  /** Absent: the release's own, with the environment of the service. */
  readonly image?: ImageByDigest;
  /** Absent: what the image starts. */
  readonly command?: readonly string[];
  /** What it is told besides; never a secret. */
  readonly env: Readonly<Record<string, string>>;
  /** It is ended after so many. */
  readonly seconds: number;
}

export interface JobOutcome {
  readonly passed: boolean;
  readonly message: string;
  /** The last lines of what it said. */
  readonly log: readonly string[];
}

export interface GeneratedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The optional half of a platform. */
export interface PlatformOperations extends PlatformInsight, PlatformPreparation {
  /** Undefined when the service is not there. */
  workload?(environment: EnvironmentSummary, service: string, signal: AbortSignal): Promise<Workload | undefined>;
  /** Does it and waits until the service is healthy. Throws before anything is changed: `wrong-target`, `refused`, `conflict`. */
  operate?(order: OperationOrder, report: (event: DeployEvent) => void, signal: AbortSignal): Promise<DeployResult>;
  drift?(environment: EnvironmentSummary, service: string, signal: AbortSignal): Promise<Drift>;
  /** Sets the drifted fields to what was deployed; recorded as a deployment of the same release. */
  reapply?(
    order: { readonly environment: EnvironmentSummary; readonly drift: Drift; readonly by: string },
    report: (event: DeployEvent) => void,
    signal: AbortSignal,
  ): Promise<DeployResult>;
  /** The target's own files for an intent, usable without Waybill. Opens no connection. */
  generate?(intent: DeployIntent): Promise<readonly GeneratedFile[]>;
  /** Files for one service in all its environments of this kind: what is common once, and what is different for each. */
  generateOverlays?(intents: readonly DeployIntent[]): Promise<readonly GeneratedFile[]>;
  /** Asks the service over HTTP, from where the target can; answers what came. Throws when nothing did. */
  askHttp?(
    environment: EnvironmentSummary,
    service: EffectiveService,
    request: { readonly port: number; readonly path: string; readonly scheme: 'http' | 'https' },
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly from: string }>;
  /** Runs a check to its end and takes it away. Throws before anything is made: `wrong-target`, `unauthorized`, `unreachable`. */
  runJob?(order: JobOrder, signal: AbortSignal): Promise<JobOutcome>;
  /** Adds to the record of a deployment what `verify` found. */
  noteVerification?(
    environment: EnvironmentSummary,
    service: string,
    sequence: number,
    verification: Verification,
    signal: AbortSignal,
  ): Promise<void>;
}
