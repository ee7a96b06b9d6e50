import type { BuilderMember, BuilderPool } from '../../../server/src/protocol.ts';
import type { BuilderLoad, BuilderQueue, Clock, Engines, EngineUsage, EngineVersion, SeatedBuild } from '../ports.ts';
import { type Failure, failureOf } from './failure.ts';
import { createStore, type ReadableStore, withEntry } from './store.ts';

/** What is known of one member of a pool. */
export type BuilderCheck =
  | { readonly state: 'checking' }
  | { readonly state: 'reachable'; readonly version: EngineVersion; readonly milliseconds: number }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface BuilderChecks {
  readonly store: ReadableStore<ReadonlyMap<string, BuilderCheck>>;
  /** How busy the members are that are shown, by the same keys. */
  readonly loads: ReadableStore<ReadonlyMap<string, BuilderLoad>>;
  /** Builds of this window that wait or run. */
  readonly builds: ReadableStore<readonly SeatedBuild[]>;
  /** What is kept on a member that is shown; asked at most once a minute, because it is slow. */
  usage(key: string): Promise<EngineUsage>;
  /** Asks these pools' members for their version now and once a minute until `hide`. */
  show(pools: readonly BuilderPool[]): void;
  hide(): void;
  /** Asks one member at once. */
  retry(key: string): void;
}

/** `pool/member`. */
export function builderKey(pool: { readonly name: string }, member: { readonly name: string }): string {
  return `${pool.name}/${member.name}`;
}

const timeout = 3_000;
const interval = 60_000;
const usagePatience = 30_000;

/** What is asked for while somebody looks. */
export interface BuilderSources {
  engines(): Promise<Engines>;
  builders(): Promise<BuilderQueue>;
}

/** Reachability and load of the builders, asked only while somebody looks. */
export function builderChecks({ engines, builders }: BuilderSources, clock: Clock): BuilderChecks {
  const store = createStore<ReadonlyMap<string, BuilderCheck>>(new Map());
  const loads = createStore<ReadonlyMap<string, BuilderLoad>>(new Map());
  const builds = createStore<readonly SeatedBuild[]>([]);
  const usages = new Map<string, { readonly until: number; readonly value: Promise<EngineUsage> }>();
  let members = new Map<string, BuilderMember>();
  let abort: AbortController | undefined;

  async function check(key: string, member: BuilderMember, signal: AbortSignal): Promise<void> {
    const put = (state: BuilderCheck) => {
      if (!signal.aborted) store.set(withEntry(store.get(), key, state));
    };
    if (store.get().get(key)?.state !== 'reachable') put({ state: 'checking' });
    try {
      const engine = (await engines()).open(member);
      try {
        // The first answer pays for connecting; the second one is what a build will feel.
        await engine.version(AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
        const started = clock.now().getTime();
        const version = await engine.version(AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
        put({ state: 'reachable', version, milliseconds: clock.now().getTime() - started });
      } finally {
        engine.close();
      }
    } catch (error) {
      put({ state: 'failed', failure: error instanceof Error && error.name === 'TimeoutError' ? tooSlow(member) : failureOf(error) });
    }
  }

  async function checkAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.all([...members].map(([key, member]) => check(key, member, signal)));
      await clock.sleep(interval, signal).catch(() => undefined);
    }
  }

  async function followLoads(signal: AbortSignal): Promise<void> {
    const queue = await builders();
    if (signal.aborted) return;
    const read = () => {
      loads.set(new Map([...members].map(([key, member]) => [key, queue.load(member)] as const)));
      builds.set(queue.builds());
    };
    signal.addEventListener('abort', queue.subscribe(read), { once: true });
    read();
  }

  function hide(): void {
    abort?.abort();
    abort = undefined;
  }

  async function ask(member: BuilderMember): Promise<EngineUsage> {
    const engine = (await engines()).open(member);
    try {
      return await engine.usage(AbortSignal.timeout(usagePatience));
    } finally {
      engine.close();
    }
  }

  return {
    store,
    loads,
    builds,
    usage(key) {
      const now = clock.now().getTime();
      const known = usages.get(key);
      if (known && known.until > now) return known.value;
      const member = members.get(key);
      const value = member ? ask(member) : Promise.reject(new Error(`${key} is not shown`));
      usages.set(key, { until: now + interval, value });
      return value;
    },
    show(pools) {
      hide();
      members = new Map(pools.flatMap((pool) => pool.members.map((member) => [builderKey(pool, member), member] as const)));
      abort = new AbortController();
      void checkAll(abort.signal);
      void followLoads(abort.signal).catch(() => undefined);
    },
    hide,
    retry(key) {
      const member = members.get(key);
      if (member && abort) void check(key, member, abort.signal);
    },
  };
}

function tooSlow(member: BuilderMember): Failure {
  return {
    kind: 'unreachable',
    message: `\`${member.host}\` did not answer within ${timeout / 1000} s`,
    advice: 'Check that the daemon runs and that its address is right, then retry.',
  };
}
