/** Dockerfiles in a real VS Code: what is seen beside the text, and what leads from a base image to those who stand on it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

describe('Dockerfiles in the editor', () => {
  const started: { stage?: SmallStage } = {};
  const stage = () => started.stage ?? assert.fail('the stage did not start');

  before(
    async () => {
      started.stage = await startUntrustedStage();
    },
    { timeout: 300_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });

  it('show what FROM brings along, and the layer of the file', async () => {
    const { workbench } = stage();
    await workbench.openFile('services/order-api/Dockerfile');
    const text = () => workbench.editorText();
    await until('the hints', async () => /base on keel-3/.test(await text()), text, 90_000);
    await workbench.page.locator('.codelens-decoration', { hasText: 'Application' }).first().waitFor();
    await workbench.picture('dockerfile');
  });

  it('of a base image lead to the services that stand on it', async () => {
    const { workbench } = stage();
    await workbench.openFile('images/base/web-2/Dockerfile');
    const lens = workbench.page.locator('.codelens-decoration a', { hasText: /stand/ }).first();
    await lens.waitFor({ timeout: 60_000 });
    await lens.click();
    await workbench.page.locator('.reference-zone-widget, .peekview-widget').first().waitFor();
    await workbench.picture('references');
    await workbench.page.keyboard.press('Escape');
  });

  it('are formatted', async () => {
    const { workbench } = stage();
    await workbench.openFile('services/order-api/Dockerfile');
    await workbench.page.locator('.monaco-editor .view-lines').first().click();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\nuser 10001');
    await workbench.command('Format Document');
    const text = () => workbench.editorText();
    await until('the keyword in capitals', async () => /USER\s10001/.test(await text()), text, 60_000);
  });
});
