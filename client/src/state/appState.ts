import type { BuilderQueue, Clock, Documents, Engines, Platforms, Records } from '../ports.ts';
import { type BuilderChecks, builderChecks } from './builderChecks.ts';
import { type CountDrift, type DriftChecks, driftChecks } from './driftChecks.ts';
import { type EnvironmentWatches, environmentWatches } from './environmentWatches.ts';
import { type Forwards, forwardList } from './forwards.ts';
import { type Operations, operationList } from './operations.ts';
import { type JudgePromotion, type PromotionChecks, promotionChecks } from './promotionChecks.ts';
import { type ReleaseLists, releaseLists } from './releaseLists.ts';
import { createStore, type Store } from './store.ts';
import { type WorkspaceModelState, workspaceModelState } from './workspaceModel.ts';

/** Everything that the views are drawn from. */
export interface AppState {
  readonly model: WorkspaceModelState;
  readonly environments: EnvironmentWatches;
  readonly builders: BuilderChecks;
  readonly releases: ReleaseLists;
  readonly operations: Operations;
  /** What could go from one environment to the next, while the board shows it. */
  readonly promotions: PromotionChecks;
  /** What was changed after it was deployed, while the board shows it. */
  readonly drift: DriftChecks;
  /** False in Restricted Mode: nothing is connected to (S15). */
  readonly trusted: Store<boolean>;
  /** Key of the environment that questions offer first; undefined: none was chosen. */
  readonly current: Store<string | undefined>;
  /** The view Base Images shows only what is deprecated or has ended. */
  readonly onlyAgeing: Store<boolean>;
  /** True while the delivery board can be seen. */
  readonly board: Store<boolean>;
  /** True while a file can be seen whose lenses tell what runs: what is watched already is watched on. */
  readonly lenses: Store<boolean>;
  /** Words that rows of the view Environments must hold; empty: all are shown. */
  readonly filter: Store<string>;
  /** Local ports that lead to services. */
  readonly forwards: Forwards;
}

/** What the state needs of the world; adapters are made at the first call. */
export interface StateSources {
  readonly documents: Documents;
  readonly clock: Clock;
  platforms(): Promise<Platforms>;
  engines(): Promise<Engines>;
  builders(): Promise<BuilderQueue>;
  records(): Promise<Records>;
  /** What keeps a release out of an environment; nothing is judged without it. */
  readonly judgePromotion?: JudgePromotion;
  /** Compares with what was deployed; nothing is compared without it. */
  readonly countDrift?: CountDrift;
}

export function createAppState(sources: StateSources, trusted: boolean, current?: string): AppState {
  return {
    model: workspaceModelState(sources.documents),
    environments: environmentWatches(sources.platforms, sources.clock),
    builders: builderChecks(sources, sources.clock),
    releases: releaseLists(sources.records),
    operations: operationList(),
    promotions: promotionChecks(sources.judgePromotion ?? (async () => []), sources.clock),
    drift: driftChecks(sources.countDrift ?? (async () => undefined), sources.clock),
    trusted: createStore(trusted),
    current: createStore(current),
    onlyAgeing: createStore(false),
    board: createStore(false),
    lenses: createStore(false),
    filter: createStore(''),
    forwards: forwardList(),
  };
}
