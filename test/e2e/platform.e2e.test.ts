/** A third platform, registered by another extension through the exported API, is planned, deployed, observed and tailed (R18). */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Stage, startPaperStage } from './stage.ts';
import { until } from './workbench.ts';

describe('a platform of another extension', () => {
  const started: { stage?: Stage } = {};
  const workbench = () => started.stage?.workbench ?? assert.fail('the stage did not start');

  before(
    async () => {
      started.stage = await startPaperStage();
    },
    { timeout: 600_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });

  it('runs the release that was shown in its plan', async () => {
    await workbench().openContainer();
    await workbench().toggle('Base Images');
    await workbench().toggle('Builders');
    const rows = () => workbench().rows('Environments');
    await until('the environment', async () => (await rows()).some((row) => row.startsWith('desk, paper')), rows);
    await workbench().press(workbench().row('Services', 'order-api'), 'Release');
    await workbench().choose('desk');
    const lens = workbench()
      .page.locator('.codelens-decoration a', { hasText: /^Deploy$/ })
      .first();
    await lens.waitFor({ timeout: 180_000 });
    assert.match(await workbench().editorText(), /paper on the desk/);
    await lens.click();
    await workbench()
      .notification(/is healthy in desk/)
      .first()
      .waitFor({ timeout: 90_000 });
    await until('the service', async () => (await rows()).some((row) => /^order-api, 1\/1/.test(row)), rows);
  });

  it('gives its lines to Tail Logs', async () => {
    await workbench().answer(/is healthy in desk/, 'Tail Logs');
    await until(
      'the line',
      async () => /a line about order-api/.test(await workbench().terminalText()),
      () => workbench().terminalText(),
    );
  });
});
