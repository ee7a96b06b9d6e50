import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Records, ReleaseRecord } from '../ports.ts';
import { type Failure, failureOf } from './failure.ts';
import { createStore, type ReadableStore } from './store.ts';

export interface ReleaseList {
  readonly releases: readonly ReleaseRecord[];
  /** Files that could not be read. */
  readonly unreadable: readonly string[];
  readonly failure?: Failure;
}

export interface ReleaseLists {
  /** By service id. */
  readonly store: ReadableStore<ReadonlyMap<string, ReleaseList>>;
  /** Reads the release files of every service anew. */
  refresh(model: WorkspaceModel): Promise<void>;
}

/** The folder that a service's records are kept below: that of its product's environments file. */
export function recordFolder(model: WorkspaceModel, service: ServiceSummary): string | undefined {
  return model.environments.find((environment) => environment.product === service.product)?.folder;
}

/** The environments of a service's product, in promotion order. */
export function environmentsOf(model: WorkspaceModel, service: ServiceSummary): readonly EnvironmentSummary[] {
  return model.environments.filter((environment) => environment.product === service.product);
}

/** Releases as the files below the workspace record them. */
export function releaseLists(records: () => Promise<Records>): ReleaseLists {
  const store = createStore<ReadonlyMap<string, ReleaseList>>(new Map());

  async function listOf(model: WorkspaceModel, service: ServiceSummary): Promise<ReleaseList> {
    const folder = recordFolder(model, service);
    if (folder === undefined) return { releases: [], unreadable: [] };
    try {
      return await (await records()).releases(folder, service.id);
    } catch (error) {
      return { releases: [], unreadable: [], failure: failureOf(error) };
    }
  }

  return {
    store,
    async refresh(model) {
      const lists = await Promise.all(model.services.map(async (service) => [service.id, await listOf(model, service)] as const));
      store.set(new Map(lists));
    },
  };
}
