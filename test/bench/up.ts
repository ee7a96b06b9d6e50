// npm run bench:up [-- --kubernetes]: starts the whole bench for work by hand, prints where everything answers and leaves it running.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.ts';
import { tail } from './component.ts';
import { type BenchState, readState, startShared, stateFile } from './shared.ts';

const kubernetes = process.argv.includes('--kubernetes');
if (process.argv.includes('--hold')) await hold();
else await up();

/** Runs in the background: holds the components until it is told to end. */
async function hold(): Promise<void> {
  const { state, stop } = await startShared({ kubernetes });
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  writeFileSync(stateFile(), `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  const alive = setInterval(() => undefined, 1 << 30);
  await ended;
  clearInterval(alive);
  await stop();
  rmSync(stateFile(), { force: true });
}

async function up(): Promise<void> {
  const running = readState(stateFile());
  if (running) {
    process.stdout.write(`The bench runs already.\n\n${describe(running)}`);
    return;
  }
  mkdirSync(cacheFolder(), { recursive: true });
  rmSync(stateFile(), { force: true });
  const log = join(cacheFolder(), 'bench.log');
  rmSync(log, { force: true });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--hold', ...(kubernetes ? ['--kubernetes'] : [])], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.unref();
  let shown = '';
  for (;;) {
    const state = readState(stateFile());
    if (state) {
      process.stdout.write(describe(state));
      process.exitCode = Object.keys(state.failures).length > 0 ? 1 : 0;
      return;
    }
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The bench did not start:\n${tail(log)}`);
    const line = tail(log, 1);
    if (line !== shown) process.stdout.write(`${line}\n`);
    shown = line;
    await sleep(200);
  }
}

function describe(state: BenchState): string {
  const { registry, registryWithAccount, kubernetes: cluster, otherKubernetes } = state;
  const rows = state.engines.flatMap((engine) => [
    [`Docker Engine ${engine.generation}`, `unix://${engine.socket}`],
    ['', `tcp://${engine.tcp.host}:${engine.tcp.port} with DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${engine.tcp.certPath}`],
  ]);
  if (registry) rows.push(['Registry', registry.host]);
  if (registryWithAccount?.account) {
    rows.push([
      'Registry with account',
      `${registryWithAccount.host} as ${registryWithAccount.account.user}, password "${registryWithAccount.account.password}"`,
    ]);
  }
  if (cluster) rows.push(['Kubernetes', `KUBECONFIG=${cluster.kubeconfig}`], ['', `kubectl is: ${cluster.kube} kubectl`]);
  if (otherKubernetes) rows.push(['Kubernetes without nodes', `KUBECONFIG=${otherKubernetes.kubeconfig}`]);
  for (const [part, reason] of Object.entries(state.failures)) rows.push([`NOT STARTED: ${part}`, reason]);
  const width = Math.max(...rows.map(([name]) => name?.length ?? 0));
  const table = rows.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}`).join('\n');
  return `${table}\n\nStop it with: npm run bench:down\n`;
}
