import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import { isCancelled } from '../errors.ts';
import type { Documents } from '../ports.ts';
import { failureOf, type Load } from './failure.ts';
import { createStore, type ReadableStore } from './store.ts';

export interface WorkspaceModelState {
  readonly store: ReadableStore<Load<WorkspaceModel>>;
  /** Asks the language server again; calls while one is under way are answered by one more afterwards. */
  refresh(): Promise<void>;
  dispose(): void;
}

/** The workspace as the language server understands it. Keeps the last good model while a new one is on its way. */
export function workspaceModelState(documents: Documents): WorkspaceModelState {
  const store = createStore<Load<WorkspaceModel>>({ state: 'loading' });
  const abort = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;

  async function fetchModel(): Promise<void> {
    do {
      again = false;
      try {
        store.set({ state: 'ready', value: await documents.model(abort.signal) });
      } catch (error) {
        if (abort.signal.aborted || isCancelled(error)) return;
        store.set({ state: 'failed', failure: failureOf(error) });
      }
    } while (again);
  }

  return {
    store,
    refresh() {
      if (running) {
        again = true;
        return running;
      }
      running = fetchModel().finally(() => {
        running = undefined;
      });
      return running;
    },
    dispose: () => abort.abort(),
  };
}
