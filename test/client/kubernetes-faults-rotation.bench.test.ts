import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { LogLine, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { pushImage } from '../bench/images.ts';
import { type Bench, deploy, environmentOf, intentOf, sharedBench } from './kubernetesBench.ts';
import { type ApiProxy, adminToken, startProxy } from './kubernetesFaults.ts';
import { uid } from './kubernetesSamples.ts';

// The kubelet rotates a log of more than 10 MiB, as far as it sees one: it looks every ten seconds.
describe('a log that is rotated at the node', { concurrency: 1 }, () => {
  const namespace = 'fault-rotated';
  let bench: Bench;
  let proxy: ApiProxy;
  let platform: Platform;
  let environment: EnvironmentSummary;
  let folder = '';
  before(async () => {
    bench = await sharedBench();
    folder = mkdtempSync(join(tmpdir(), 'waybill-rotation-'));
    proxy = await startProxy({ ...bench.cluster, folder }, adminToken(bench.cluster), 'rotation');
    platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [proxy.kubeconfig] });
    const repository = `${bench.registry.host}/test/fault-wordy`;
    const command = `pad=$(head -c 8000 /dev/zero | tr '\\0' x); i=0; while true; do i=$((i+1)); echo "line $i $pad"; usleep 4000; done`;
    const digest = await pushImage(`${repository}:1`, { command: ['sh', '-c', command], user: String(uid) });
    const { result } = await deploy(bench.platform, intentOf(await bench.environment(namespace), { repository, digest }));
    assert.equal(result.outcome, 'Succeeded', result.message);
    environment = await environmentOf({ ...bench.cluster, kubeconfig: proxy.kubeconfig, context: 'rotation' }, namespace);
  });
  after(async () => {
    platform?.close();
    await proxy?.stop();
    await bench?.cluster.kubectl('delete', 'deployment', 'order-api', '-n', namespace, '--ignore-not-found');
    await bench?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Number of the first line of the file that the node has now. */
  const firstAtNode = async (): Promise<number> =>
    numberOf(await bench.cluster.kubectl('logs', 'deploy/order-api', '-n', namespace, '--limit-bytes=40'));
  const numberOf = (text: string): number => Number(/line (\d+)/.exec(text)?.[1] ?? 0);

  function follow() {
    const control = new AbortController();
    const lines: LogLine[] = [];
    const done = (async () => {
      const query = { service: 'order-api', follow: true, tail: 10 };
      for await (const batch of platform.logs(environment, query, control.signal)) {
        lines.push(...batch.map((line) => ({ ...line, text: line.text.slice(0, 100) })));
      }
    })();
    const until = async (what: () => boolean): Promise<void> => {
      for (let i = 0; i < 1200 && !what(); i++) await sleep(50);
      assert.ok(what(), `after a minute: ${lines.length} lines, the last ${JSON.stringify(lines.slice(-2))}`);
    };
    const stop = async (): Promise<void> => {
      control.abort();
      await done;
    };
    return { lines, until, stop, numbers: () => lines.filter((line) => !line.marker).map((line) => numberOf(line.text)) };
  }
  async function rotated(beyond: number): Promise<void> {
    for (let i = 0; i < 120; i++) {
      if ((await firstAtNode()) > beyond) return;
      await sleep(500);
    }
    assert.fail('the kubelet has not rotated the log within a minute');
  }

  it('loses nothing while it is followed, and says nothing of loss', async () => {
    const log = follow();
    await log.until(() => log.numbers().length > 50);
    const begin = log.numbers()[0] ?? 0;
    await rotated(begin);
    const seen = log.lines.length;
    await log.until(() => log.lines.length > seen + 100);
    await log.stop();
    const numbers = log.numbers();
    const wrong = numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
    assert.equal(wrong, -1, `after ${numbers[wrong - 1]} comes ${numbers[wrong]}`);
    assert.equal(log.lines.filter((line) => line.marker && /rotated/.test(line.text)).length, 0);
    process.stdout.write(`# followed across a rotation: ${numbers.length} lines, none lost\n`);
  });

  it('says between which moments lines were rotated away while the connection was cut, and goes on without a double', async () => {
    const log = follow();
    await log.until(() => log.numbers().length > 50);
    proxy.trick = (asked) => (asked.path.endsWith('/log') ? 'cut-before' : undefined);
    proxy.cut();
    await sleep(500);
    const last = log.numbers().at(-1) ?? 0;
    await rotated(last + 1);
    proxy.trick = () => undefined;
    const seen = log.lines.length;
    await log.until(() => log.lines.length > seen + 100);
    await log.stop();
    const numbers = log.numbers();
    assert.equal(new Set(numbers).size, numbers.length, 'no line twice');
    const gap = numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
    assert.ok(gap > 0, 'lines are lost');
    const marker = log.lines.findIndex((line) => line.marker && /^lines between .* are lost: the node rotated them away/.test(line.text));
    assert.ok(marker > 0);
    assert.equal(numberOf(log.lines[marker + 1]?.text ?? ''), numbers[gap], 'and it is said where');
    process.stdout.write(`# ${(numbers[gap] ?? 0) - (numbers[gap - 1] ?? 0) - 1} lines were rotated away, and that is said\n`);
  });
});
