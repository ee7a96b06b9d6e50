/** What the model knows, in a real VS Code: origins of effective values, two environments compared, parity. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

describe('the model in the editor', () => {
  const started: { stage?: SmallStage } = {};
  const editor = () => (started.stage ?? assert.fail('the stage did not start')).workbench;
  const text = async () => (await editor().editorText()).replaceAll('\u00a0', ' ');

  before(
    async () => {
      started.stage = await startUntrustedStage(async ({ folder }) => {
        const file = join(folder, 'waybill.environments.yaml');
        const environments = await readFile(file, 'utf8');
        await writeFile(file, environments.replace(/^( {2}- name: staging\n)/m, '$1    mirrors: production\n'));
      });
    },
    { timeout: 300_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });
  afterEach(async (context) => {
    if ('passed' in context && context.passed === false) await started.stage?.workbench.picture('failed');
  });

  it('an effective configuration tells on hover where a line comes from, and leads there', async () => {
    await editor().openFile('services/order-api/waybill.yaml');
    await until('the manifest', async () => /kind: Service/.test(await text()), text, 90_000);
    await editor().page.locator('.banner .codicon-widget-close, .banner .codicon-banner-close').first().click();
    await editor().command('Waybill: Open Effective Configuration');
    await editor().choose('staging');
    await until('the effective configuration', async () => /parcel\/order-api in staging/.test(await text()), text, 60_000);
    const line = editor().page.locator('.view-line', { hasText: 'STAGE:' }).first();
    await line.locator('span', { hasText: 'STAGE' }).last().hover();
    const hover = editor().page.locator('.monaco-hover:visible').first();
    await until(
      'the origin',
      async () => /environment\.name/.test((await hover.textContent()) ?? ''),
      async () => (await hover.textContent()) ?? '',
      30_000,
    );
    await editor().picture('origin');
    await line.click();
    await editor().page.keyboard.press('F12');
    await until('the manifest behind the line', async () => /kind: Service/.test(await text()), text, 30_000);
    // The jump takes the focus once more, from whatever was opened meanwhile.
    await editor().page.waitForTimeout(1_500);
    await editor().closeEditors();
  });

  it('two environments are compared in a diff', async () => {
    await editor().openFile('services/order-api/waybill.yaml');
    await editor().command('Waybill: Compare Environments');
    await editor().choose('staging');
    await editor().choose('production');
    await editor().page.locator('.monaco-diff-editor .line-insert').first().waitFor({ timeout: 60_000 });
    await editor().picture('compare');
    await editor().closeEditors();
  });

  it('the parity report lists what an environment has in another way than the one it mirrors', async () => {
    await editor().command('Waybill: Open Parity Report');
    await until('the report', async () => /staging mirrors production/.test(await text()), text, 60_000);
    await editor().picture('parity');
    await editor().closeEditors();
  });
});
