// The bench that tests share. Under `npm test` the runner starts it once and names its state file in WAYBILL_BENCH; a test file that is run
// alone starts what it asks for, and the reaper ends it when the test's process ends.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { type EngineAddress, type EngineHandle, engineHandle, type Generation, startEngine } from './engine.ts';
import { missingPackages, type Part } from './install.ts';
import { type KubernetesAddress, type KubernetesHandle, kubernetesHandle, startKubernetes } from './kubernetes.ts';
import { sweep } from './ledger.ts';
import { type RegistryAddress, startRegistry } from './registry.ts';
import { startTime } from './resources.ts';

/** Names of the shared components. */
export type SharedPart = 'engine-20.10' | 'engine-29' | 'registry' | 'registry-account' | 'kubernetes' | 'kubernetes-other';

/** What is written for other processes. A component that could not start has its reason in `failures`. */
export interface BenchState {
  readonly pid: number;
  readonly started: string;
  readonly engines: readonly EngineAddress[];
  readonly registry?: RegistryAddress;
  readonly registryWithAccount?: RegistryAddress;
  readonly kubernetes?: KubernetesAddress;
  /** A cluster without nodes, for tests of the wrong cluster. */
  readonly otherKubernetes?: KubernetesAddress;
  readonly failures: Readonly<Partial<Record<SharedPart, string>>>;
}

/** The shared bench. Each call gives the same component; a component that cannot be had rejects with the reason. */
export interface Bench {
  engine(generation: Generation): Promise<EngineHandle>;
  registry(): Promise<RegistryAddress>;
  registryWithAccount(): Promise<RegistryAddress>;
  /** A cluster with a node; there is room for one on a machine, so a test file that breaks its cluster starts its own instead of this. */
  kubernetes(): Promise<KubernetesHandle>;
  otherKubernetes(): Promise<KubernetesHandle>;
}

/** The account of the shared registry that asks for one. */
export const account = { user: 'bench', password: 'correct horse' } as const;

/** The state file of `npm run bench:up`. */
export function stateFile(): string {
  return join(cacheFolder(), 'bench.json');
}

/** The state of a bench whose process still runs, or undefined. */
export function readState(file: string): BenchState | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as BenchState;
    return startTime(state.pid) === state.started ? state : undefined;
  } catch {
    return undefined; // Not written to its end.
  }
}

/** The shared bench of this process. */
export const bench: () => Bench = remember(() => {
  const file = process.env.WAYBILL_BENCH;
  const state = file ? readState(file) : undefined;
  if (file && !state) throw new Error(`WAYBILL_BENCH names ${file}, but the bench that wrote it does not run any more.`);
  return state ? attached(state) : ownBench();
});

/** The bench of another process; clusters that it does not hold are started by this one. */
function attached(state: BenchState): Bench {
  const own = ownBench();
  endWith(state);
  const pick = async <T, U>(part: SharedPart, address: T | undefined, handle: (found: T) => U): Promise<U> => {
    if (address === undefined) throw new Error(state.failures[part] ?? `The bench runs without ${part}.`);
    return handle(address);
  };
  const same = <T>(value: T): T => value;
  return {
    engine: (generation) =>
      pick(
        `engine-${generation}`,
        state.engines.find((engine) => engine.generation === generation),
        engineHandle,
      ),
    registry: () => pick('registry', state.registry, same),
    registryWithAccount: () => pick('registry-account', state.registryWithAccount, same),
    kubernetes: () => (state.kubernetes ? Promise.resolve(kubernetesHandle(state.kubernetes)) : own.kubernetes()),
    otherKubernetes: () => (state.otherKubernetes ? Promise.resolve(kubernetesHandle(state.otherKubernetes)) : own.otherKubernetes()),
  };
}

/** A test process whose runner is gone (killed) has nobody to report to, and its bench is gone too: it ends. */
function endWith(state: BenchState): void {
  const watch = setInterval(() => {
    if (startTime(state.pid) !== state.started) process.exit(1);
  }, 1_000);
  watch.unref();
}

function ownBench() {
  const swept = remember(() => sweep());
  const first = <T>(start: () => Promise<T>) => remember(() => swept().then(start));
  const engines = { '20.10': first(() => startEngine({ generation: '20.10' })), '29': first(() => startEngine({ generation: '29' })) };
  return {
    engine: (generation: Generation) => engines[generation](),
    registry: first(() => startRegistry()),
    registryWithAccount: first(() => startRegistry({ account })),
    kubernetes: first(() => startKubernetes()),
    otherKubernetes: first(() => startKubernetes({ node: false, context: 'other' })),
  };
}

/** Starts every shared component, each on its own; what fails is told in the state. Used by the test runner and `bench:up`. */
export async function startShared(options: { kubernetes: boolean }): Promise<{ state: BenchState; stop(): Promise<void> }> {
  await sweep();
  const own = ownBench();
  const failures: Partial<Record<SharedPart, string>> = {};
  const attempt = async <T>(part: SharedPart, start: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await start();
    } catch (error) {
      failures[part] = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  const [older, newer, registry, registryWithAccount] = await Promise.all([
    attempt('engine-20.10', () => own.engine('20.10')),
    attempt('engine-29', () => own.engine('29')),
    attempt('registry', own.registry),
    attempt('registry-account', own.registryWithAccount),
  ]);
  const kubernetes = options.kubernetes ? await attempt('kubernetes', own.kubernetes) : undefined;
  const otherKubernetes = options.kubernetes ? await attempt('kubernetes-other', own.otherKubernetes) : undefined;
  const started = [older, newer, registry, registryWithAccount, kubernetes, otherKubernetes].filter((part) => part !== undefined);
  const state: BenchState = {
    pid: process.pid,
    started: startTime(process.pid) ?? '',
    engines: [older, newer].filter((engine) => engine !== undefined),
    ...(registry ? { registry } : {}),
    ...(registryWithAccount ? { registryWithAccount } : {}),
    ...(kubernetes ? { kubernetes } : {}),
    ...(otherKubernetes ? { otherKubernetes } : {}),
    failures,
  };
  return { state, stop: async () => void (await Promise.all(started.map((part) => part.stop()))) };
}

/**
 * For the `skip` option of a test: false when the parts can be had here, otherwise the reason. With CI=true it is always false: there a
 * part that cannot run is a failure.
 */
export function unavailable(...parts: readonly Part[]): string | false {
  if (process.env.CI) return false;
  const root = process.getuid?.() === 0;
  if (root) return false; // What is missing gets installed and built.
  const rootParts = parts.filter((part) => part === 'engine' || part === 'kubernetes' || part === 'sshd');
  if (rootParts.length > 0) return `${rootParts.join(', ')} of the bench needs root`;
  const missing = missingPackages(parts);
  return missing.length > 0 ? `Debian packages are missing: ${missing.join(' ')}` : false;
}

function remember<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
