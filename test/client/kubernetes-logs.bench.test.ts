import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { LogLine, LogQuery } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { cuttingProxy } from '../bench/cuttingProxy.ts';
import { waybill } from '../cli/cli.ts';
import { environmentOf } from './kubernetesBench.ts';
import { type Sight, sight, workspaceOf } from './kubernetesSee.ts';

const count = 6_000;
/** Some hundred lines a second, numbered, then silence. */
const paced = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "INFO line $i"; [ $((i % 60)) -eq 0 ] && usleep 100000; done; exec sleep 3600`;
const failing = 'echo "ERROR run one cannot start"; echo "	at com.acme.Start.run(Start.java:7)"; sleep 1; exit 3';
/** Twelve megabytes at SIGUSR1, a last line at SIGUSR2. */
const onDemand = `trap 'go=1' USR1; trap 'echo "line last"' USR2; echo "line first"; while true; do if [ "$go" = 1 ]; then go=; i=0; while [ $i -lt 120000 ]; do i=$((i+1)); echo "burst $i ${'x'.repeat(80)}"; done; fi; usleep 100000; done`;

describe('logs of services in Kubernetes', () => {
  let see: Sight;
  const image = (name: string, script: string) => see.image(name, { command: ['sh', '-c', script], user: '10001' });
  before(async () => {
    see = await sight(`logs-${process.pid}`);
  });
  const open: (() => void)[] = [];
  after(async () => {
    for (const end of open) end();
    await see?.[Symbol.asyncDispose]();
  });

  function tail(environment: EnvironmentSummary, query: LogQuery, kubeconfig = see.cluster.kubeconfig) {
    const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    const control = new AbortController();
    open.push(() => control.abort());
    const lines: LogLine[] = [];
    const done = (async () => {
      for await (const batch of platform.logs(environment, query, control.signal)) lines.push(...batch);
    })();
    const until = async (what: () => boolean, seconds = 60): Promise<void> => {
      for (let waited = 0; waited < seconds * 20 && !what(); waited++) await sleep(50);
      assert.ok(what(), `not within ${seconds} s; ${lines.length} lines, the last ${JSON.stringify(lines.slice(-3))}`);
    };
    const stop = async (): Promise<void> => {
      control.abort();
      await done;
      platform.close();
    };
    return { lines, until, stop, done };
  }
  const texts = (lines: readonly LogLine[]): readonly string[] => lines.filter((line) => !line.marker).map(({ text }) => text);

  it('lose nothing and double nothing while every connection is cut again and again, and come in order', async () => {
    const pods = 4;
    await see.deployment('talker', await image('paced', paced), { replicas: pods });
    const proxy = await cuttingProxy(see.cluster);
    const environment = await environmentOf({ ...see.cluster, kubeconfig: proxy.kubeconfig } as never, see.namespace);
    const log = tail(environment, { service: 'talker', follow: true }, proxy.kubeconfig);
    proxy.every(700);
    await log.until(() => texts(log.lines).length >= pods * count, 120);
    proxy.every(0);
    await sleep(1_000);
    await log.stop();
    await proxy.close();
    assert.ok(proxy.cuts() > 10, `${proxy.cuts()} cuts`);
    const perInstance = Object.groupBy(
      log.lines.filter((line) => !line.marker),
      ({ instance }) => instance,
    );
    assert.equal(Object.keys(perInstance).length, pods);
    for (const lines of Object.values(perInstance))
      assert.deepEqual(
        lines?.map(({ text }) => text),
        Array.from({ length: count }, (_, index) => `INFO line ${index + 1}`),
      );
  });

  it('of several instances come in the order of time when they are read afterwards', async () => {
    const log = tail(see.environment, { service: 'talker', follow: false });
    await log.done;
    const times = log.lines.filter((line) => !line.marker).map(({ time }) => time.slice(0, -1));
    assert.equal(times.length, 4 * count);
    const falling = times.filter((time, index) => index > 0 && time < (times[index - 1] ?? '')).length;
    assert.ok(falling < times.length / 1000, `${falling} of ${times.length} come before an earlier one`);
  });

  it('are read from a moment to a moment, and of one instance', async () => {
    const all = tail(see.environment, { service: 'talker', follow: false });
    await all.done;
    const [from, to] = [all.lines[3_000]?.time ?? '', all.lines[9_000]?.time ?? ''];
    const instance = all.lines[0]?.instance ?? '';
    const part = tail(see.environment, { service: 'talker', follow: false, since: from, until: to, instance });
    await part.done;
    const expected = all.lines.filter((line) => line.instance === instance && line.time >= from && line.time < to);
    assert.deepEqual(texts(part.lines), texts(expected));
    assert.ok(expected.length > 500);
  });

  it('of the run before are read by themselves', async () => {
    await see.deployment('failing', await image('failing', failing)).catch(() => undefined);
    for (let waited = 0; waited < 60; waited++) {
      const pods = await see.cluster.kubectl('get', 'pods', '-n', see.namespace, '-l', 'app.kubernetes.io/name=failing', '--no-headers');
      if (Number(/\s([1-9]\d*)\s/.exec(pods.replace(/\(.*\)/, ''))?.[1] ?? 0) > 0) break;
      await sleep(500);
    }
    const folder = workspaceOf(see.environment, 'failing');
    const env = { KUBECONFIG: see.cluster.kubeconfig };
    try {
      const previous = await waybill(['logs', 'failing', 'integration', '--previous'], { cwd: folder, env });
      assert.match(previous.stdout, /^failing-\S+ ERROR run one cannot start\nfailing-\S+ \tat com\.acme\.Start/, previous.stderr);
      const filtered = await waybill(
        ['logs', 'failing', 'integration', '--previous', '--level', 'error', '--exclude', 'acme', '--timestamps'],
        { cwd: folder, env },
      );
      assert.match(filtered.stdout, /^failing-\S+ 20\S+Z ERROR run one cannot start\n$/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('say so, with the moments, when the node rotated lines away before they could be read', async () => {
    await see.deployment('burst', await image('burst', onDemand));
    const proxy = await cuttingProxy(see.cluster);
    const environment = await environmentOf({ ...see.cluster, kubeconfig: proxy.kubeconfig } as never, see.namespace);
    const log = tail(environment, { service: 'burst', follow: true }, proxy.kubeconfig);
    await log.until(() => texts(log.lines).includes('line first'));
    proxy.shut();
    const pod = (await see.cluster.kubectl('get', 'pods', '-n', see.namespace, '-l', 'app.kubernetes.io/name=burst', '-o', 'name')).trim();
    const signal = (name: string) => see.cluster.kubectl('exec', '-n', see.namespace, pod, '--', 'kill', `-${name}`, '1');
    await signal('USR1');
    // The kubelet looks every ten seconds whether a log is over ten megabytes.
    const newest = () => see.cluster.kubectl('logs', '-n', see.namespace, pod, '--tail=-1', '--limit-bytes=200');
    for (let waited = 0; waited < 60 && /line first/.test(await newest().catch(() => 'line first')); waited++) await sleep(1_000);
    await signal('USR2');
    await sleep(500);
    proxy.open();
    await log.until(() => texts(log.lines).includes('line last'), 60);
    await log.stop();
    await proxy.close();
    const marks = log.lines.filter((line) => line.marker).map(({ text }) => text);
    assert.equal(
      marks.filter((text) =>
        /^lines between \d\d:\d\d:\d\d\.\d{3} and \d\d:\d\d:\d\d\.\d{3} are lost: the node rotated them away/.test(text),
      ).length,
      1,
      marks.join('\n'),
    );
  });
});
