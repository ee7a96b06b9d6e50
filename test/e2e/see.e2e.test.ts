/** Looking into Kubernetes from VS Code: the delivery board, filter, shell, a port that outlives its pod, details, and a log with its keys. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileRecords } from '../../client/src/local/fileRecords.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import type { ReleaseRecord } from '../../client/src/ports.ts';
import { type Browser, startBrowser } from '../bench/browser.ts';
import { pushImage, type SeedImage } from '../bench/images.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { bench } from '../bench/shared.ts';
import { startVsCode, type VsCode } from '../bench/vscode.ts';
import { environmentOf } from '../client/kubernetesBench.ts';
import { genuine, image, places, recorded, services, workload, workspace } from './seePlaces.ts';
import { packageExtension, quietSettings } from './stage.ts';
import { workbench as drive, until, type Workbench } from './workbench.ts';

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
      const releases = new Map<string, ReleaseRecord>();
      const releaseOf = (service: string, reference: string): ReleaseRecord => {
        const tag = reference === newer ? 'main-77b01d2-20261124093000' : 'main-3f2a91c-20261120101500';
        const made = releases.get(`${service} ${reference}`) ?? genuine(service, reference, tag);
        releases.set(`${service} ${reference}`, made);
        return made;
      };
      for (const [index, place] of places.entries()) {
        await cluster.kubectl('create', 'namespace', namespace(place));
        const objects = services.flatMap((service) => {
          const reference = runs[service]?.[index];
          if (!reference) return [];
          const release = releaseOf(service, reference);
          const replicas = service === 'order-api' ? 2 : 1;
          return [
            workload(service, place, namespace(place), reference, release, replicas),
            recorded(release, service, place, namespace(place)),
          ];
        });
        await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      }
      started.folder = await workspace(cluster, namespace);
      const records = fileRecords({ redactor: redactor() });
      for (const release of releases.values()) await records.saveRelease(started.folder, release);
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
    await until(
      'why something cannot be promoted',
      async () => (await board.locator('td[aria-label*="from staging not verified yet: "]').count()) === 1,
      () => board.locator('td').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label'))),
    );
    await board.locator('td[aria-label^="search in staging: main-3f2a91c, degraded, image not found in the registry"]').waitFor();
    await workbench().picture('board');
    const tree = await board.locator('body').ariaSnapshot();
    for (const part of [
      /searchbox "Filter services"/,
      /status: 5 services · 1 not healthy/,
      /grid "zero-dsp: services by environments"/,
      /columnheader "staging kubernetes"/,
      /rowheader "billing"/,
      /gridcell "billing in staging: main-3f2a91c, healthy, same as dev and production/,
    ])
      assert.match(tree, part);
    // One cell of the table is in the order of the tabulator; the arrow keys reach the rest.
    await board.locator('#filter').focus();
    await workbench().page.keyboard.press('Tab');
    assert.equal(await board.locator('td:focus').count(), 1);
    await workbench().page.keyboard.press('Tab');
    assert.equal(await board.locator('td:focus').count(), 0);
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
    await rowComes(/^search-\S+, (image not found in the registry|the image cannot be pulled)/);
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
