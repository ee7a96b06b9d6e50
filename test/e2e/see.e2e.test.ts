/** Looking into Kubernetes from VS Code: the delivery board, filter, shell, a port that outlives its pod, details, and a log with its keys. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, startBrowser } from '../bench/browser.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { bench } from '../bench/shared.ts';
import { startVsCode, type VsCode } from '../bench/vscode.ts';
import { environmentOf } from '../client/kubernetesBench.ts';
import { deploymentOf } from '../client/kubernetesSee.ts';
import { packageExtension, quietSettings } from './stage.ts';
import { workbench as drive, until, type Workbench } from './workbench.ts';

const places = ['dev', 'staging', 'production'] as const;
const services = ['order-api', 'billing', 'search', 'checkout-web', 'mail'] as const;

const talks = `i=0; while true; do i=$((i+1)); echo "INFO OrderController - created $i";
[ $((i % 7)) -eq 0 ] && echo '{"level":"warn","time":"2026-11-24T12:00:00Z","msg":"slow query","millis":812,"table":"orders"}';
[ $((i % 11)) -eq 0 ] && echo "ERROR OrderService - cannot save order $i" && echo "	at com.acme.OrderService.save(OrderService.java:3)";
sleep 1; done`;
const image = (page: string): SeedImage => ({
  command: ['sh', '-c', `(${talks}) & exec httpd -f -p 8080 -h /www`],
  user: '10001',
  files: { '/www/index.html': page },
});

describe('looking into Kubernetes from VS Code', () => {
  const started: { cluster?: KubernetesHandle; vscode?: VsCode; browser?: Browser; workbench?: Workbench; folder?: string } = {};
  const workbench = (): Workbench => started.workbench ?? assert.fail('VS Code did not start');
  const namespace = (place: string): string => `see-${process.pid}-${place}`;

  before(
    async () => {
      const cluster = await bench().kubernetes();
      started.cluster = cluster;
      const registry = await bench().registry();
      const push = async (name: string, seed: SeedImage): Promise<string> => {
        const tag = `${registry.host}/see/${name}:1`;
        return `${tag.slice(0, tag.lastIndexOf(':'))}@${await pushImage(tag, seed)}`;
      };
      const older = await push('older', image('older\n'));
      const newer = await push('newer', image('newer\n'));
      const missing = older.replace(/@.*/, `@sha256:${'0'.repeat(64)}`);
      const runs: Readonly<Record<string, readonly (string | undefined)[]>> = {
        'order-api': [newer, older, older],
        billing: [older, older, older],
        search: [newer, missing, older],
        'checkout-web': [newer, newer, undefined],
        mail: [undefined, undefined, undefined],
      };
      const tag = (digest: string): string => (digest === newer ? 'main-77b01d2-20261124093000' : 'main-3f2a91c-20261120101500');
      for (const [index, place] of places.entries()) {
        await cluster.kubectl('create', 'namespace', namespace(place));
        const objects = services.flatMap((service) => {
          const reference = runs[service]?.[index];
          return reference ? [workload(service, place, namespace(place), reference, tag(reference), service === 'order-api' ? 2 : 1)] : [];
        });
        await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      }
      started.folder = await workspace(cluster, namespace);
      const environment = (await environmentOf(cluster as never, namespace('dev'))).target;
      assert.ok('namespace' in environment);
      started.vscode = await startVsCode({
        folder: started.folder,
        extensions: [await packageExtension()],
        trusted: true,
        env: { KUBECONFIG: cluster.kubeconfig },
        settings: quietSettings,
      });
      started.browser = await startBrowser();
      started.workbench = drive(await started.browser.openWorkbench(started.vscode.url, { width: 1440, height: 900 }));
    },
    { timeout: 300_000 },
  );
  after(
    async () => {
      await started.browser?.stop();
      await started.vscode?.stop();
      for (const place of places) await started.cluster?.kubectl('delete', 'namespace', namespace(place), '--wait=false').catch(() => '');
      if (started.folder) rmSync(started.folder, { recursive: true, force: true });
    },
    { timeout: 120_000 },
  );

  async function rowComes(pattern: RegExp, timeout = 60_000): Promise<void> {
    const rows = () => workbench().rows('Environments');
    await until(`a row ${pattern}`, async () => (await rows()).some((row) => pattern.test(row)), rows, timeout);
  }
  const terminalShows = (pattern: RegExp) =>
    until(
      `${pattern} in the terminal`,
      async () => pattern.test(await workbench().terminalText()),
      () => workbench().terminalText(),
      30_000,
    );

  it('shows what runs where in the view Environments', async () => {
    await workbench().openContainer();
    await workbench().widenSideBar();
    for (const view of ['Services', 'Base Images', 'Builders'] as const) await workbench().toggle(view);
    await rowComes(/^order-api, 2\/2/);
    await rowComes(/^search, 0\/1/);
    await workbench().picture('see-environments');
  });

  it('has a delivery board with a table that keys move in', async () => {
    await workbench().command('Waybill: Show Delivery Board');
    const outer = workbench().page.frameLocator('iframe.webview.ready').first();
    const board = outer.frameLocator('#active-frame');
    await board.locator('td[aria-label^="order-api in staging"]').waitFor({ timeout: 60_000 });
    await until(
      'what can be promoted',
      async () => (await board.locator('td[aria-label*="can be promoted here"]').count()) > 0,
      () => board.locator('td').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label'))),
    );
    const spoken = await board.locator('td').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label') ?? ''));
    assert.ok(
      spoken.some((text) => /^billing in staging: main-3f2a91c, healthy, same as dev and production/.test(text)),
      spoken.join('\n'),
    );
    assert.ok(spoken.some((text) => /^mail in dev: not deployed/.test(text)));
    await workbench().picture('board');
    const first = board.locator('td.cell').first();
    await first.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await workbench().page.keyboard.press(key);
    const focused = await board.locator('td:focus').getAttribute('aria-label');
    assert.match(focused ?? '', /^order-api in staging|^mail in staging/);
    await workbench().picture('board-focus');
    await board.locator('#filter').fill('search');
    assert.equal(await board.locator('tbody tr').count(), 1);
    await board.locator('#filter').fill('');
    await workbench().closeEditors();
  });

  it('filters the view as one types', async () => {
    await workbench().command('Waybill: Filter Environments…');
    await workbench().page.locator('.quick-input-widget input[type="text"]').first().fill('search');
    await until(
      'only search',
      async () => !(await workbench().rows('Environments')).some((row) => /^billing/.test(row)),
      () => workbench().rows('Environments'),
    );
    await workbench().page.keyboard.press('Enter');
    await workbench().picture('see-filter');
    await workbench().command('Waybill: Clear Filter of Environments');
    await rowComes(/^billing/);
  });

  it('opens details of an instance, with its events', async () => {
    const row = workbench().row('Environments', 'search, 0/1');
    await row.locator('.monaco-tl-twistie').click();
    await rowComes(/^search-\S+, (ErrImagePull|ImagePullBackOff|.*not found)/);
    await workbench().row('Environments', 'search-').click();
    await until(
      'the details',
      async () => /Events/.test(await workbench().editorText()),
      () => workbench().editorText(),
      30_000,
    );
    await workbench().picture('see-details');
    await workbench().closeEditors();
    await row.locator('.monaco-tl-twistie').click();
  });

  it('opens a shell in an instance', async () => {
    const row = workbench().row('Environments', 'billing, 1/1');
    await row.locator('.monaco-tl-twistie').click();
    await rowComes(/^billing-\S+, ready/);
    await workbench().press(workbench().row('Environments', 'billing-'), 'Open Shell');
    await terminalShows(/\/ \$/);
    await workbench().page.keyboard.type('echo "Grü"ße from $(hostname); stty size\n');
    await terminalShows(/Grüße from billing-/);
    await workbench().picture('see-shell');
    await workbench().page.keyboard.type('exit\n');
    await until(
      'the end of the terminal',
      async () => !/Grüße/.test(await workbench().terminalText()),
      () => workbench().terminalText(),
    );
  });

  it('forwards a port that outlives its pod', async () => {
    await workbench().command('Waybill: Forward Port…');
    await workbench().choose('billing');
    await workbench().choose('dev');
    const input = workbench().page.locator('.quick-input-widget input[type="text"]').first();
    await workbench().page.locator('.quick-input-widget', { hasText: 'Port of the service' }).waitFor();
    await input.fill('0:8080');
    await workbench().page.keyboard.press('Enter');
    await rowComes(/^localhost:\d+ → 8080, billing-/);
    const label = (await workbench().rows('Environments')).find((row) => /^localhost:/.test(row)) ?? '';
    const port = /localhost:(\d+)/.exec(label)?.[1];
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text();
    assert.match(await ask(), /older/);
    await workbench().picture('see-forward');
    await started.cluster?.kubectl('delete', 'pod', '-n', namespace('dev'), '-l', 'app.kubernetes.io/name=billing');
    assert.match(await ask(), /older/);
    await workbench().press(workbench().row('Environments', 'localhost:'), 'Stop Forwarding');
    await until(
      'no open port',
      async () => !(await workbench().rows('Environments')).some((row) => /^localhost:/.test(row)),
      () => workbench().rows('Environments'),
    );
    await workbench().dismissNotifications();
  });

  it('tails a log whose keys filter, stamp and wrap', async () => {
    await workbench().press(workbench().row('Environments', 'order-api, 2/2'), 'Tail Logs');
    await terminalShows(/OrderController - created \d+/);
    await terminalShows(/WARN\s+slow query.*millis=812/);
    await workbench().picture('see-logs');
    await workbench().page.locator('.terminal-wrapper.active').click();
    await workbench().page.keyboard.type('t');
    await workbench().page.keyboard.type('&cannot save\n');
    await until(
      'only what fits the filter',
      async () => !/OrderController/.test(await workbench().terminalText()) && /cannot save/.test(await workbench().terminalText()),
      () => workbench().terminalText(),
      60_000,
    );
    await workbench().picture('see-logs-filter');
  });
});

/** A Deployment as Waybill makes it, annotated with its release. */
function workload(service: string, place: string, namespace: string, image: string, tag: string, replicas: number): object {
  const text = JSON.stringify(deploymentOf(service, namespace, image, { replicas })).replaceAll('"integration"', JSON.stringify(place));
  const object: { metadata: Record<string, unknown> } & Record<string, unknown> = JSON.parse(text);
  const annotations = { 'waybill.dev/release': 'rel-0123456789ab', 'waybill.dev/alias': 'brave-otter', 'waybill.dev/image-tag': tag };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

async function workspace(cluster: KubernetesHandle, namespace: (place: string) => string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-see-'));
  const target = (await environmentOf(cluster as never, namespace('dev'))).target;
  assert.ok('namespace' in target);
  const pins = JSON.stringify(target.cluster);
  const environments = places.map((place, index) => {
    const extra = place === 'production' ? '    protected: { confirm: type-name, forbid: [exec] }\n' : '';
    const from = index === 0 ? '' : places[index - 1];
    return `  - name: ${place}\n    kind: kubernetes\n    kubernetes: { context: ${target.context}, namespace: ${namespace(place)}, cluster: ${pins} }\n    promote: { from: [${from}] }\n${extra}`;
  });
  writeFileSync(
    join(folder, 'waybill.environments.yaml'),
    `apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: zero-dsp }\nenvironments:\n${environments.join('')}`,
  );
  for (const service of services) {
    await mkdir(join(folder, service), { recursive: true });
    writeFileSync(join(folder, service, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(
      join(folder, service, 'waybill.yaml'),
      `apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: ${service}, product: zero-dsp }\nbuild: { dockerfile: Dockerfile }\n`,
    );
  }
  await mkdir(join(folder, 'order-api/src/com/acme'), { recursive: true });
  writeFileSync(join(folder, 'order-api/src/com/acme/OrderService.java'), 'package com.acme;\nclass OrderService {\n  void save() {}\n}\n');
  return folder;
}
