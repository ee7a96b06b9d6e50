/**
 * What the extension host does with an environment, in a process of its own: the adapter's watch, the store, the rows of the tree. Reports
 * memory, stalls, how far the tree was behind, and its requests, as one line of JSON when it is told to end.
 */
import { subscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { kubernetesPlatform } from '../../../client/src/kubernetes/index.ts';
import { systemClock } from '../../../client/src/local/systemClock.ts';
import { type EnvironmentWatch, environmentKey, environmentWatches } from '../../../client/src/state/environmentWatches.ts';
import { throttle } from '../../../client/src/state/throttle.ts';
import { drawnServices, environmentsTree } from '../../../client/src/tree/environments.ts';
import { changedNodes, placeNodes, type TreeNode } from '../../../client/src/tree/node.ts';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';

interface Order {
  readonly kubeconfig: string;
  readonly environment: EnvironmentSummary;
  /** Milliseconds that restart counts are counted from. */
  readonly base: number;
}

const order: Order = JSON.parse(process.argv[2] ?? '{}');
const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [order.kubeconfig] });
const watches = environmentWatches(async () => ({ of: () => platform }), systemClock());
const key = environmentKey(order.environment);
const model = { services: [], environments: [order.environment], pools: [], registries: [], problems: [] };
const drawn = drawnServices();
const delay = monitorEventLoopDelay({ resolution: 5 });

let requests = 0;
subscribe('undici:request:create', () => {
  requests += 1;
});
let roots: readonly TreeNode[] = [];
let draws = 0;
let made = 0;
let redrawn = 0;
let rss = 0;
let heap = 0;
let measuring = false;
const lags: number[] = [];
const drawTimes: number[] = [];
/** What of the memory is that of the program itself, before it looks. */
const rssBefore = process.memoryUsage().rss;
let cpuBefore = process.cpuUsage();
const seen = new Map<string, number>();

function draw(): void {
  const began = process.cpuUsage();
  const environments: ReadonlyMap<string, EnvironmentWatch> = watches.store.get();
  const next = environmentsTree({ model, environments, operations: [], trusted: true, now: new Date(), drawn });
  // As in a view with twenty services unfolded: a thousand rows have been made.
  const unfolded = (next[0]?.children ?? []).slice(0, 20).reduce((sum, service) => sum + service.children.length, 0);
  const changed = changedNodes(roots, next);
  made = Math.max(made, unfolded);
  roots = next;
  placeNodes(roots);
  if (!measuring) return;
  draws += 1;
  redrawn += changed.length;
  const { user, system } = process.cpuUsage(began);
  drawTimes.push((user + system) / 1000);
}

/** Every change carries the moment it was made as its restart count; what is new in the state now is in the tree now. */
function noteLags(): void {
  const watch = watches.store.get().get(key);
  if (watch?.state !== 'live') return;
  const now = Date.now() - order.base;
  for (const service of watch.value.services) {
    for (const { id, restarts } of service.instances) {
      if (restarts === 0 || seen.get(id) === restarts) continue;
      seen.set(id, restarts);
      if (measuring) lags.push(now - restarts);
    }
  }
}

const interval = throttle(
  () => {
    draw();
    // Outside of what is measured as work of the tree.
    setImmediate(noteLags);
  },
  400,
  { set: setTimeout, clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
);
watches.store.subscribe(() => interval.trigger());
watches.show([order.environment]);
setInterval(() => {
  const use = process.memoryUsage();
  rss = Math.max(rss, use.rss);
  heap = Math.max(heap, use.heapUsed);
}, 200).unref();

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const rows = (): number => {
  const watch = watches.store.get().get(key);
  return watch?.state === 'live' ? watch.value.services.reduce((sum, service) => sum + service.instances.length, 0) : 0;
};
const ready = setInterval(() => {
  if (rows() === 0) return;
  clearInterval(ready);
  setTimeout(() => {
    delay.enable();
    cpuBefore = process.cpuUsage();
    measuring = true;
    say({ ready: rows(), rss, heap });
  }, 2_000);
}, 50);

process.stdin.on('data', () => {
  const sorted = lags.sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  say({
    rss,
    heap,
    requests,
    draws,
    redrawn,
    made,
    rssBefore,
    cpu: (process.cpuUsage(cpuBefore).user + process.cpuUsage(cpuBefore).system) / 1e6,
    slowestDraw: Math.max(0, ...drawTimes),
    longestStall: delay.max / 1e6,
    stall99: delay.percentile(99) / 1e6,
    seen: sorted.length,
    lag50: at(0.5),
    lag99: at(0.99),
    lagMost: at(1),
  });
  process.exit(0);
});
