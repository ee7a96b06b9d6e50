import type { BuildEvent, CheckOutcome, DeployEvent, Plan, PushEvent } from '../ports.ts';
import type { Adoption } from './adoption.ts';
import type { Decision } from './decision.ts';

/** Where a use-case is. */
export type Stage =
  | 'resolve'
  | 'lint'
  | 'queue'
  | 'builder'
  | 'build'
  | 'layers'
  | 'push'
  | 'verify'
  | 'record'
  | 'plan'
  | 'confirm'
  | 'deploy';

/** What a use-case tells while it runs. */
export type DeliveryEvent =
  | { readonly type: 'stage'; readonly stage: Stage; readonly message: string }
  /** A builder could not be used, and the next one is tried. */
  | { readonly type: 'attempt'; readonly member: string; readonly message: string }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'build'; readonly event: BuildEvent }
  /** The report of a build that succeeded. */
  | { readonly type: 'built'; readonly text: string }
  | { readonly type: 'push'; readonly event: PushEvent }
  /** The plan, before refusals and questions: it is shown whatever follows. */
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'deploy'; readonly event: DeployEvent }
  | { readonly type: 'check'; readonly outcome: CheckOutcome };

export type Report = (event: DeliveryEvent) => void;

/** What a person is asked before anything is written. */
export interface Questions {
  /** Asked where others hold fields of the plan, or objects are left over; undefined decides nothing. */
  decide?(plan: Plan, adoptable: readonly Adoption[]): Promise<Decision | undefined>;
  /** Writes values that others set into the manifest. Absent: nothing can be adopted. */
  adopt?(wanted: readonly Adoption[], signal: AbortSignal): Promise<void>;
  /** True to apply what the plan shows. */
  confirm(plan: Plan): Promise<boolean>;
  /** What was typed when asked for `name`; undefined when dismissed. */
  typeName(plan: Plan, name: string): Promise<string | undefined>;
}
