/** The place that services run in, before the first of them comes: what it is given, how far it is apart from others, what pins it. */
import type { ClusterPin, EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DeployEvent, DeployResult, Plan, PlanChoices } from './deployment.ts';

/** What a target is recognised by; members that may not be read, or are not there, are absent. */
export interface TargetPins {
  readonly cluster: ClusterPin;
  readonly namespaceUid?: string;
}

/** One look at how far an environment is apart from others. */
export interface IsolationCheck {
  readonly name: string;
  /** `open`: others can get in, or take what is theirs. `unknown`: nobody may look, or no API tells. */
  readonly state: 'closed' | 'open' | 'unknown';
  readonly message: string;
  /** Empty where nothing is to do. */
  readonly advice: string;
}

export interface IsolationReport {
  readonly environment: string;
  /** Who and where exactly, one line each. */
  readonly identity: readonly string[];
  readonly checks: readonly IsolationCheck[];
}

/** What a platform can do about an environment as a whole. */
export interface PlatformPreparation {
  /** Reads the identity of the target that the environment's context leads to, whatever the environment pins now. */
  pins?(environment: EnvironmentSummary, signal: AbortSignal): Promise<TargetPins>;
  /** What the environment would be given; nothing is written. `title` and `parts` of the plan are set: it is no deployment. */
  planPreparation?(environment: EnvironmentSummary, choices: PlanChoices, signal: AbortSignal): Promise<Plan>;
  /** Applies what such a plan showed. Throws `conflict` when the target has moved since. */
  prepare?(plan: Plan, report: (event: DeployEvent) => void, signal: AbortSignal): Promise<DeployResult>;
  isolation?(environment: EnvironmentSummary, signal: AbortSignal): Promise<IsolationReport>;
}
