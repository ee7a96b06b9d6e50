import { createStore, type ReadableStore } from './store.ts';

/** Something that the user started and that is not over. */
export interface Operation {
  readonly id: number;
  /** `Build`, `Release`, `Deploy`, `Roll Back`. */
  readonly verb: string;
  readonly service: string;
  readonly environment?: string;
  readonly message: string;
}

export interface Operations {
  readonly store: ReadableStore<readonly Operation[]>;
  /** Adds an operation; returns how to tell its progress and its end. */
  begin(operation: Omit<Operation, 'id' | 'message'>): { report(message: string): void; end(): void };
}

/** The list of running operations: the status bar and the trees show it. */
export function operationList(): Operations {
  const store = createStore<readonly Operation[]>([]);
  let last = 0;
  return {
    store,
    begin(operation) {
      last += 1;
      const id = last;
      store.set([...store.get(), { ...operation, id, message: 'starting' }]);
      return {
        report: (message) => store.set(store.get().map((other) => (other.id === id ? { ...other, message } : other))),
        end: () => store.set(store.get().filter((other) => other.id !== id)),
      };
    },
  };
}

/** `order-api → staging 3/6`: one line for the status bar. */
export function operationLine(operation: Operation): string {
  const where = operation.environment ? ` → ${operation.environment}` : '';
  return `${operation.service}${where} ${operation.message}`;
}
