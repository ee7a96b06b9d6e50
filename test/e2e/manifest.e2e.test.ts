/** Manifests in a real VS Code: from nothing, quick fixes, what is effective where, and from a Compose file. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

const compose = `services:
  returns-api:
    build: ./services/returns-api
    ports: ["8080:8080"]
    environment:
      LOG_LEVEL: info
      DB_PASSWORD: correct-horse-battery
      STAGE: \${STAGE:-dev}
    healthcheck: { test: "curl -f http://localhost:8080/health || exit 1", interval: 5s }
    volumes: [ "uploads:/var/uploads" ]
    command: serve
    restart: always
    deploy:
      replicas: 2
      resources: { limits: { cpus: "0.5", memory: 256M } }
  label-mailer:
    build: ./services/label-mailer
    depends_on: [returns-api, queue]
  queue:
    image: rabbitmq:3
volumes: { uploads: {} }
`;

describe('manifests in the editor', () => {
  const started: { stage?: SmallStage } = {};
  const stage = () => started.stage ?? assert.fail('the stage did not start');
  const editor = () => stage().workbench;
  const text = () => editor().editorText();

  before(
    async () => {
      started.stage = await startUntrustedStage(async ({ folder }) => {
        await writeFile(join(folder, 'docker-compose.yml'), compose);
        const places = join(folder, 'waybill.environments.yaml');
        await writeFile(
          places,
          (await readFile(places, 'utf8')).replace('purpose: rehearsal', 'purpose: rehearsal\n    mirrors: production'),
        );
        const dockerfile = await readFile(join(folder, 'services/order-api/Dockerfile'), 'utf8');
        for (const name of ['returns-api', 'label-mailer', 'fresh']) {
          await mkdir(join(folder, 'services', name), { recursive: true });
          await writeFile(join(folder, 'services', name, 'Dockerfile'), dockerfile);
        }
        await writeFile(join(folder, 'services/fresh/waybill.yaml'), '');
      });
    },
    { timeout: 300_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });
  afterEach(async (context) => {
    if ('passed' in context && context.passed === false) await started.stage?.workbench.picture('failed');
  });

  it('show hints and lenses, and say on hover what a value means', async () => {
    await editor().openFile('services/order-api/waybill.yaml');
    await until('the manifest', async () => /kind:\sService/.test(await text()), text, 90_000);
    await editor().page.locator('.banner .codicon-widget-close, .banner .codicon-banner-close').first().click();
    await until('the hint', async () => /lantern\s*2026\.11\.1/.test(await text()), text, 60_000);
    await editor().picture('manifest');
    await clickOn('web-2');
    await editor().command('Show or Focus Hover');
    await editor()
      .page.locator('.monaco-hover:visible', { hasText: /keel-3/ })
      .first()
      .waitFor({ timeout: 30_000 });
    await editor().picture('manifest-hover', true);
    await editor().closeEditors();
  });

  it('are written from nothing by completion', async () => {
    const { page } = editor();
    await editor().openFile('services/fresh/waybill.yaml');
    await page.locator('.monaco-editor .view-lines').first().click();
    await complete('apiVersion');
    await until('the first key', async () => /apiVersion:/.test(await text()), text, 30_000);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    for (const line of ['kind: Service', 'metadata:', 'name: fresh', 'product: parcel']) await type(line);
    await page.keyboard.press('Shift+Tab');
    await type('build:');
    await page.keyboard.type('base: ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Space');
    const widget = page.locator('.suggest-widget.visible');
    await widget.locator('.monaco-list-row', { hasText: 'web-2' }).first().waitFor({ timeout: 30_000 });
    await page.waitForTimeout(700);
    await editor().picture('manifest-completion');
    await widget.locator('.monaco-list-row', { hasText: 'web-2' }).first().click();
    await until('the base image', async () => / {2}base:\sweb-2/.test((await text()).replaceAll('\u00a0', ' ')), text, 30_000);
    await editor().command('File: Save');
    await editor().closeEditors();
  });

  it('are mended by quick fixes', async () => {
    const { page } = editor();
    const file = join(stage().copy.folder, 'services/price-api/waybill.yaml');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('base: web-2', 'base: web2').replace('stopGracePeriod', 'stopGraceperiod'),
    );
    const other = join(stage().copy.folder, 'services/tracking/waybill.yaml');
    await writeFile(
      other,
      (await readFile(other, 'utf8')).replace(/stopSignal: \w+/, 'stopSignal: SIGNOW').replace('pool: shared', 'pool: shard'),
    );
    await editor().openFile('services/tracking/waybill.yaml');
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ timeout: 60_000 });
    await editor().openFile('services/price-api/waybill.yaml');
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ timeout: 60_000 });
    await editor().command('View: Focus Problems');
    await page.locator('.markers-panel .monaco-list-row').nth(1).waitFor({ timeout: 60_000 });
    await editor().picture('problems');
    await clickOn('web2');
    await page.keyboard.press('Control+.');
    const menu = page.locator('.action-widget');
    await menu.locator('.monaco-list-row', { hasText: 'web-2' }).first().waitFor({ timeout: 30_000 });
    await editor().picture('quick-fix');
    await menu.locator('.monaco-list-row', { hasText: 'web-2' }).first().click();
    await until('the name of the base image', async () => /base:\sweb-2/.test(await text()), text, 30_000);
    await editor().command('File: Save All');
    await editor().command('View: Hide Panel');
    await editor().closeEditors();
  });

  it('are shown as they count in an environment', async () => {
    await editor().openFile('services/order-api/waybill.yaml');
    await editor().command('Waybill: Open Effective Configuration');
    await editor().choose('production');
    await until(
      'the effective configuration',
      async () => /# parcel\/order-api in production/.test((await text()).replaceAll('\u00a0', ' ')),
      text,
      60_000,
    );
    await editor().picture('effective');
    await editor().closeEditors();
  });

  it('are made of a Compose file, with a report', async () => {
    const { page } = editor();
    await editor().openFile('docker-compose.yml');
    await clickOn('returns-api');
    await page.keyboard.press('Control+.');
    const menu = page.locator('.action-widget');
    await menu
      .locator('.monaco-list-row', { hasText: 'Create waybill.yaml from this docker-compose.yml' })
      .first()
      .click({ timeout: 60_000 });
    await page.locator('.quick-input-widget input[placeholder^="Which services?"]').waitFor({ timeout: 30_000 });
    await editor().picture('import-choice');
    await page.keyboard.press('Enter');
    await until('the manifest', async () => /name:\sreturns-api/.test(await text()), text, 30_000);
    await page.locator('.editor-group-container', { hasText: 'Did not carry over' }).first().waitFor({ timeout: 30_000 });
    await editor().picture('import');
    const written = await readFile(join(stage().copy.folder, 'services/returns-api/waybill.yaml'), 'utf8');
    assert.match(written, /DB_PASSWORD: \{ secret: \{ name: returns-api, key: db-password \} \}/);
    assert.match(written, /base: web-2/);
    assert.doesNotMatch(written, /correct-horse/);
    assert.match(await readFile(join(stage().copy.folder, 'services/label-mailer/waybill.yaml'), 'utf8'), /dependsOn: \[returns-api\]/);
  });

  it('stand on images that have badges and a filter', async () => {
    await editor().closeEditors();
    await editor().openContainer();
    await editor().widenSideBar();
    for (const view of ['Services', 'Environments', 'Builders'] as const) await editor().toggle(view);
    const rows = () => editor().rows('Base Images');
    await until('the images', async () => (await rows()).some((row) => /^web-1, /.test(row)), rows, 60_000);
    await editor().picture('base-images-badges');
    await editor().command('Waybill: Show Only Deprecated and Ended');
    await until('only the ageing', async () => !(await rows()).some((row) => /^web-2, /.test(row)), rows, 30_000);
    assert.ok((await rows()).some((row) => /^keel-2, /.test(row)));
    await editor().picture('base-images-filtered');
  });

  it('differ between environments in what can be seen', async () => {
    await editor().openFile('services/order-api/waybill.yaml');
    await editor().command('Waybill: Compare Environments');
    await editor().choose('staging');
    await editor().choose('production');
    const diff = editor().page.locator('.diff-editor, .monaco-diff-editor').first();
    await diff.waitFor({ timeout: 60_000 });
    await editor().page.waitForTimeout(1_500);
    await editor().picture('compare');
    await editor().closeEditors();
    await editor().command('Waybill: Open Parity Report');
    await until('the parity report', async () => /staging/.test(await text()), text, 60_000);
    await editor().picture('parity');
  });

  async function complete(label: string): Promise<void> {
    await editor().page.keyboard.press('Control+Space');
    const row = editor().page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
    await row.waitFor({ timeout: 60_000 });
    await editor().picture('manifest-empty');
    await row.click();
  }

  /** Types a line without the editor's list of suggestions taking the Enter key. */
  async function type(line: string): Promise<void> {
    await editor().page.keyboard.type(line);
    await editor().page.keyboard.press('Escape');
    await editor().page.keyboard.press('Enter');
  }

  const word = (name: string) =>
    editor()
      .page.locator('.editor-instance .view-line span', { hasText: new RegExp(`^\\s*${name}\\s*$`) })
      .last();

  async function clickOn(name: string): Promise<void> {
    await word(name).click({ timeout: 30_000 });
  }
});
