/** A folder that knows nothing of Waybill yet: the views say what will be here, and one button makes the first manifest. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startBrowser } from '../bench/browser.ts';
import { startVsCode } from '../bench/vscode.ts';
import { packageExtension, quietSettings } from './stage.ts';
import { until, type Workbench, workbench } from './workbench.ts';

describe('a folder without manifests', () => {
  const stops: (() => Promise<unknown>)[] = [];
  const started: { driver?: Workbench } = {};
  const driver = () => started.driver ?? assert.fail('the workbench did not start');

  before(
    async () => {
      const scratch = await mkdtemp(join(tmpdir(), 'waybill-e2e-'));
      stops.push(() => rm(scratch, { recursive: true, force: true }));
      const folder = join(scratch, 'parcel-label');
      await mkdir(folder);
      await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY label /label\n');
      const vscode = await startVsCode({ folder, extensions: [await packageExtension()], trusted: true, settings: quietSettings });
      stops.push(() => vscode.stop());
      const browser = await startBrowser();
      stops.push(() => browser.stop());
      started.driver = workbench(await browser.openWorkbench(vscode.url, { width: 1440, height: 900 }));
    },
    { timeout: 300_000 },
  );
  after(
    async () => {
      for (const stop of stops.reverse()) await stop();
    },
    { timeout: 120_000 },
  );

  it('says in each view what will be there', async () => {
    await driver().openContainer();
    await driver().widenSideBar();
    for (const text of [
      'No waybill.yaml in this folder yet',
      'No waybill.environments.yaml',
      'No waybill.standards.yaml',
      'No builders yet',
    ])
      await driver().page.getByText(text).first().waitFor({ timeout: 60_000 });
    await driver().picture('welcome');
  });

  it('makes the first manifest by one button, with its values to fill in', async () => {
    await driver().page.locator('.welcome-view .monaco-button', { hasText: 'Create waybill.yaml' }).first().click();
    await until(
      'the manifest',
      async () => /name: parcel-label/.test(await driver().editorText()),
      () => driver().editorText(),
    );
    await driver().picture('first-manifest');
  });
});
