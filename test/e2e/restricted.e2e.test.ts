/** Restricted Mode: findings are shown, and not one connection is opened (S15). */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

describe('Restricted Mode', () => {
  const started: { stage?: SmallStage } = {};
  const stage = () => started.stage ?? assert.fail('the stage did not start');

  before(
    async () => {
      started.stage = await startUntrustedStage();
    },
    { timeout: 300_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });

  it('judges Dockerfiles', async () => {
    const { workbench } = stage();
    await workbench.openFile('legacy/customs/Dockerfile');
    await workbench.page.locator('.squiggly-error').first().waitFor({ timeout: 90_000 });
  });

  it('shows environments and builders without connecting, and says why', async () => {
    const { workbench } = stage();
    await workbench.openContainer();
    const rows = () => workbench.rows('Environments');
    await until('the rows', async () => (await rows()).some((row) => row.includes('not connected')), rows);
    assert.ok((await workbench.rows('Builders')).some((row) => row.includes('not connected')));
    await workbench.page.getByText('Trust this folder to connect to builders and environments').first().waitFor();
    await workbench.picture('restricted');
    assert.equal(stage().connections(), 0, 'nobody knocked at the builder');
  });

  it('offers no command that connects', async () => {
    const { workbench } = stage();
    await workbench.page.keyboard.press('F1');
    const input = workbench.page.locator('.quick-input-widget input[type="text"]').first();
    await input.fill('>Waybill:');
    await workbench.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const offered = await workbench.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    assert.ok(offered.some((row) => row.includes('Open Effective Configuration')));
    assert.deepEqual(
      offered.filter((row) => /Build Image|Release|Deploy|Roll Back|Tail/.test(row)),
      [],
    );
    await workbench.page.keyboard.press('Escape');
    assert.equal(stage().connections(), 0);
  });

  it('connects as soon as the folder is trusted', async () => {
    const { workbench } = stage();
    await workbench.command('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    await workbench.openContainer();
    await until(
      'a knock at the builder',
      async () => stage().connections() > 0,
      async () => stage().connections(),
    );
  });
});
