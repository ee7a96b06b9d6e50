/**
 * The tail of the command line into a file, as it is packaged: beside `kubectl logs`, and stern where it is
 * installed, on the same pods in the same run, and a million lines
 * of twenty pods while every connection is cut each second, counted against what the node has kept.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment as toolEnvironment } from '../component.ts';
import { cuttingProxy } from '../cuttingProxy.ts';
import { pushImage } from '../images.ts';
import type { KubernetesHandle } from '../kubernetes.ts';
import { bench } from '../shared.ts';
import { against, type Figure, median } from './figures.ts';

const waybill = join(process.env.WAYBILL_DIST ?? resolve(import.meta.dirname, '../../../dist'), 'waybill.js');

/** @param long with the million lines, which take some minutes */
export async function measureLogFiles(long: boolean): Promise<readonly Figure[]> {
  const cluster = await bench().kubernetes();
  const folder = mkdtempSync(join(tmpdir(), 'waybill-logs-'));
  const namespace = `measure-files-${process.pid}`;
  await cluster.kubectl('create', 'namespace', namespace);
  try {
    const beside = await besideKubectl(cluster, namespace, folder);
    return long ? [...beside, ...(await millionLines(cluster, namespace, folder, { pods: 20, lines: 50_000 }))] : beside;
  } finally {
    await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
    rmSync(folder, { recursive: true, force: true });
  }
}

const talkers = 6;
const linesOfEach = 60_000;

/** One service of six pods whose logs fill what a node keeps of each. */
async function besideKubectl(cluster: KubernetesHandle, namespace: string, folder: string): Promise<readonly Figure[]> {
  const text = 'accepted for a customer who waits for it in the shop around the corner';
  const script = `i=0; while [ $i -lt ${linesOfEach} ]; do i=$((i+1)); echo "INFO order $i ${text}"; done; exec sleep 3600`;
  await runPods(cluster, namespace, 'talker', talkers, script);
  workspace(folder, cluster, namespace, 'talker');
  for (let pod = 0; pod < talkers; pod++) {
    const last = () => cluster.kubectl('logs', '-n', namespace, `talker-${pod}`, '--tail=1').catch(() => '');
    for (let waited = 0; waited < 240 && !(await last()).includes(`order ${linesOfEach} `); waited++) await sleep(500);
  }
  const selector = ['-n', namespace, '-l', 'app.kubernetes.io/name=talker', '--tail=-1', '--max-log-requests=10'];
  const own = () =>
    lineRate(folder, process.execPath, [waybill, 'logs', 'talker', 'integration', '--no-follow'], withConfig(cluster.kubeconfig));
  const kubectl = () =>
    lineRate(folder, cluster.kube, ['kubectl', '--kubeconfig', cluster.kubeconfig, 'logs', ...selector, '--prefix'], toolEnvironment());
  const stern = sternProgram();
  const peers = [
    { name: 'kubectl logs', rate: kubectl },
    ...(stern
      ? [
          {
            name: 'stern',
            rate: () => lineRate(folder, stern, [...selector, '--no-follow', '--color=never'], withConfig(cluster.kubeconfig)),
          },
        ]
      : []),
  ];
  const samples = [own, ...peers.map(({ rate }) => rate)].map((rate) => ({ rate, found: [] as number[] }));
  for (let round = 0; round < 4; round++) for (const { rate, found } of samples) found.push(await rate());
  // The first of each only warms up.
  const [value = Number.NaN, ...others] = samples.map(({ found }) => median(found.slice(1)));
  return peers.map(({ name }, index) => ({
    name: `logs of ${talkers} pods into a file by the CLI, its start included`,
    value,
    unit: 'lines/s',
    against: against(name, others[index] ?? Number.NaN, value),
    bar: 0.95,
  }));
}

/** `go install github.com/stern/stern@v1.33.0` with `GOBIN` set to the folder `stern` beside the other programs of the bench. */
function sternProgram(): string | undefined {
  const found = join(homedir(), '.cache/waybill-bench/stern/stern');
  return existsSync(found) ? found : undefined;
}

async function lineRate(folder: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const file = join(folder, 'lines');
  const out = openSync(file, 'w');
  const began = performance.now();
  await once(spawn(command, args, { cwd: folder, env, stdio: ['ignore', out, 'ignore'] }), 'exit');
  const seconds = (performance.now() - began) / 1000;
  closeSync(out);
  const lines = readFileSync(file, 'latin1').split('\n').length - 1;
  if (lines !== talkers * linesOfEach) throw new Error(`${command} wrote ${lines} of ${talkers * linesOfEach} lines.`);
  return lines / seconds;
}

const withConfig = (kubeconfig: string): NodeJS.ProcessEnv => ({ ...process.env, KUBECONFIG: kubeconfig });

export interface Flood {
  readonly pods: number;
  readonly lines: number;
}

/** Lines arrive over about a minute; the tail runs until the last line of each pod is in the file. */
export async function millionLines(cluster: KubernetesHandle, namespace: string, folder: string, flood: Flood): Promise<readonly Figure[]> {
  const { pods, lines } = flood;
  const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i of a service that says much"; [ $((i % 100)) -eq 0 ] && usleep 100000; done; exec sleep 3600`;
  await runPods(cluster, namespace, 'flood', pods, script);
  workspace(folder, cluster, namespace, 'flood');
  const proxy = await cuttingProxy(cluster);
  const file = join(folder, 'flood');
  const out = openSync(file, 'w');
  const began = performance.now();
  proxy.every(1_000);
  const child = spawn(process.execPath, [waybill, 'logs', 'flood', 'integration'], {
    cwd: folder,
    env: withConfig(proxy.kubeconfig),
    stdio: ['ignore', out, 'inherit'],
  });
  // Over when the last line of each pod is in the file, or when nothing has come for two minutes.
  let size = -1;
  let still = 0;
  let counted = await countLines(file, flood);
  while (counted.whole < pods && still < 120 && performance.now() - began < 900_000) {
    await sleep(1_000);
    const now = statSync(file).size;
    still = now === size ? still + 1 : 0;
    if (now > pods * lines * 30 && still % 10 === 1) counted = await countLines(file, flood);
    size = now;
  }
  const seconds = (performance.now() - began) / 1000 - still;
  const memory = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  child.kill('SIGINT');
  await once(child, 'exit');
  closeSync(out);
  proxy.every(0);
  await proxy.close();
  counted = await countLines(file, flood);
  const name = `${pods * lines} lines of ${pods} pods, ${proxy.cuts()} connections cut`;
  return [
    { name: `${name}: lost`, value: counted.lost, unit: '', budget: 0 },
    { name: `${name}: doubled`, value: counted.doubled, unit: '', budget: 0 },
    { name: `${name}: out of order`, value: counted.swapped, unit: '', budget: 0 },
    { name: `${name}: said to be lost`, value: counted.marked, unit: '' },
    { name: `${name}: memory of the CLI`, value: memory, unit: 'MB', budget: 120 },
    { name: `${name}: time`, value: seconds, unit: 's' },
  ];
}

async function countLines(file: string, { pods, lines }: Flood) {
  const seen = new Map<string, Uint8Array>();
  const last = new Map<string, number>();
  const found = { doubled: 0, swapped: 0, marked: 0 };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [, instance = '', text = ''] = /^(\S+) line (\d+) /.exec(line) ?? [];
    if (/ are lost: /.test(line)) found.marked += 1;
    if (instance === '') continue;
    const number = Number(text);
    const marks = seen.get(instance) ?? new Uint8Array(lines + 1);
    seen.set(instance, marks);
    if (marks[number] === 1) found.doubled += 1;
    marks[number] = 1;
    if (number < (last.get(instance) ?? 0)) found.swapped += 1;
    last.set(instance, number);
  }
  const read = [...seen.values()].reduce((sum, marks) => sum + marks.reduce((all, mark) => all + mark, 0), 0);
  const whole = [...last.values()].filter((number) => number === lines).length;
  return { ...found, lost: pods * lines - read, whole };
}

/** Pods as Waybill labels them, all started. */
async function runPods(cluster: KubernetesHandle, namespace: string, service: string, count: number, script: string): Promise<void> {
  const registry = await bench().registry();
  const image = `${registry.host}/measure/${service}:1`;
  await pushImage(image, { command: ['sh', '-c', script], user: '10001' });
  const labels = { 'app.kubernetes.io/name': service, 'app.kubernetes.io/instance': service, 'app.kubernetes.io/managed-by': 'waybill' };
  const items = Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${service}-${index}`, namespace, labels },
    spec: { containers: [{ name: service, image, imagePullPolicy: 'Always' }], terminationGracePeriodSeconds: 0 },
  }));
  await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await cluster.kubectl(
    'wait',
    '-n',
    namespace,
    '--for=condition=Ready',
    'pod',
    '-l',
    `app.kubernetes.io/name=${service}`,
    '--timeout=180s',
  );
}

/** The least workspace that names the service and where it runs; reading needs no pins. */
function workspace(folder: string, cluster: KubernetesHandle, namespace: string, service: string): void {
  writeFileSync(
    join(folder, 'waybill.environments.yaml'),
    `apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: measure }\nenvironments:\n  - name: integration\n    kind: kubernetes\n    kubernetes: { context: ${cluster.context}, namespace: ${namespace} }\n    promote: { from: [] }\n`,
  );
  writeFileSync(
    join(folder, 'waybill.yaml'),
    `apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: ${service}, product: measure }\nbuild: { dockerfile: Dockerfile }\n`,
  );
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
}
