import type { EnvironmentSummary, ServiceSummary } from '../../../server/src/protocol.ts';
import type { DeployIntent, Plan, Platform } from '../ports.ts';

/** A deployment that is planned and not yet confirmed. Nothing has been written. */
export interface PreparedDeployment {
  readonly service: ServiceSummary;
  readonly environment: EnvironmentSummary;
  readonly platform: Platform;
  readonly intent: DeployIntent;
  readonly plan: Plan;
  /** Where the release's record is kept. */
  readonly folder: string;
  /** Warnings that are not the platform's. */
  readonly notes?: readonly string[];
  /** The intent anew, from the files as they are by then; absent where the configuration comes out of a record. */
  readonly again?: (signal: AbortSignal) => Promise<DeployIntent>;
}
