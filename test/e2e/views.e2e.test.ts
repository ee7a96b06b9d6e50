/** What the journey passes by: base images, replacing one everywhere, the walkthrough, a plan alone, a protected place, a cancelled build. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Stage, startStage } from './stage.ts';
import { until, type View, type Workbench } from './workbench.ts';

describe('views and questions in VS Code', () => {
  const started: { stage?: Stage } = {};
  const stage = (): Stage => started.stage ?? assert.fail('the stage did not start');
  const workbench = (): Workbench => stage().workbench;

  before(
    async () => {
      started.stage = await startStage({
        kubernetes: false,
        async prepare(copy) {
          const file = join(copy.folder, 'waybill.environments.yaml');
          const text = await readFile(file, 'utf8');
          await writeFile(
            file,
            text.replace('    promote: { from: [] }', '    protected: { confirm: type-name }\n    promote: { from: [] }'),
          );
          await copy.commit('A protected dev');
        },
      });
    },
    { timeout: 600_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });
  afterEach(async (context) => {
    if ('passed' in context && context.passed === false) await started.stage?.workbench.picture('failed');
  });

  it('shows what stands on what, and what has ended', async () => {
    await workbench().openContainer();
    await workbench().widenSideBar();
    await workbench().toggle('Builders');
    await rowComes('Base Images', /^keel-2, ended 2026-03-31 · 1 base image stands on it/);
    await rowComes('Base Images', /^web-2, .* services?/);
    await workbench().row('Base Images', 'web-2, ').locator('.monaco-tl-twistie').click();
    await rowComes('Base Images', /^httpd 1\.35, until 2028-12-31/);
    await workbench().picture('base-images');
    await workbench().portrait('Base Images');
    await workbench().row('Base Images', 'web-2, ').locator('.monaco-tl-twistie').click();
  });

  it('says in words why an environment is not there', async () => {
    await rowComes('Environments', /^Context `lantern-test` is not in your kubeconfig/);
  });

  it('opens the definition, the Dockerfile and the users of an image', async () => {
    await workbench().row('Base Images', 'web-1, ').click();
    await editorHolds(/name: web-1/);
    await workbench().press(workbench().row('Base Images', 'web-1, '), 'Open Dockerfile');
    await editorHolds(/FROM \S+keel/);
    await workbench().press(workbench().row('Base Images', 'web-1, '), 'Show Who Uses It');
    await workbench().page.locator('.reference-zone-widget .monaco-list-row').first().waitFor({ timeout: 30_000 });
    await workbench().picture('image-users');
    await workbench().page.keyboard.press('Escape');
    await workbench().closeEditors();
  });

  it('replaces an image everywhere after a preview', async () => {
    const file = join(stage().copy.folder, 'services/legacy/customs/Dockerfile');
    const before = await readFile(file, 'utf8');
    const row = workbench().row('Base Images', 'web-1, ');
    await row.click({ button: 'right' });
    await workbench().page.locator('.monaco-menu .action-item', { hasText: 'Replace Image Everywhere' }).waitFor();
    await workbench().page.keyboard.press('ArrowUp');
    await workbench().page.keyboard.press('Enter');
    await workbench().choose('web-2');
    const apply = workbench()
      .page.locator('.refactor-preview .monaco-button, .bulk-edit-panel .monaco-button', { hasText: 'Apply' })
      .first();
    await apply.waitFor({ timeout: 30_000 });
    await workbench().picture('replace-preview');
    assert.equal(await readFile(file, 'utf8'), before, 'nothing is changed before the preview is applied');
    const files = workbench().page.locator('.refactor-preview .monaco-list-row, .bulk-edit-panel .monaco-list-row', {
      hasText: 'services/',
    });
    for (let index = 0; index < (await files.count()); index++) await files.nth(index).locator('.edit-checkbox').click();
    await apply.click();
    await until(
      'the successor in the Dockerfile',
      async () => /FROM \S+base\/web:2/.test(await readFile(file, 'utf8')),
      () => readFile(file, 'utf8'),
      30_000,
    );
    await workbench().command('File: Save All');
    await stage().copy.commit('web-2 everywhere');
    await workbench().closeEditors();
  });

  it('writes a first manifest beside a Dockerfile that has none', async () => {
    const folder = join(stage().copy.folder, 'services/new-api');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'Dockerfile'), await readFile(join(stage().copy.folder, 'services/order-api/Dockerfile'), 'utf8'));
    await until(
      'the manifest',
      async () => {
        await workbench().command('Waybill: Create waybill.yaml…');
        await workbench().page.waitForTimeout(1_000);
        return /name: new-api/.test(await workbench().editorText());
      },
      () => workbench().editorText(),
    );
    assert.match(await workbench().editorText(), /base: web-2/);
    await workbench().picture('new-manifest');
    await workbench().page.keyboard.press('Escape');
    await workbench().command('File: Save');
    await workbench().closeEditors();
    await rm(folder, { recursive: true, force: true });
  });

  it('has a walkthrough of three pages', async () => {
    await workbench().command('Waybill: Open Walkthrough');
    const step = (text: string) => workbench().page.locator('.getting-started-step', { hasText: text });
    await step('Describe a service').waitFor({ timeout: 30_000 });
    await step('Stand on the images of your standards').first().click();
    await workbench().page.waitForTimeout(1_000);
    await workbench().picture('walkthrough');
    assert.equal(await workbench().page.locator('.getting-started-step').count(), 3);
    await workbench().closeEditors();
  });

  it('asks for the name of a protected environment, and deploys nothing without it', async () => {
    await workbench().press(workbench().row('Services', 'order-api'), 'Release');
    await deployLens().click({ timeout: 240_000 });
    const input = workbench().page.locator('.quick-input-widget input[type="text"]').first();
    await workbench().page.locator('.quick-input-widget', { hasText: 'is protected' }).waitFor({ timeout: 60_000 });
    await input.fill('dve');
    await workbench().page.locator('.quick-input-widget', { hasText: 'Type `dev` to go on' }).waitFor();
    await workbench().picture('protected');
    await workbench().page.keyboard.press('Escape');
    await workbench().page.waitForTimeout(2_000);
    await rowComes('Environments', /nothing deployed yet/);
    await workbench().press(workbench().row('Services', 'order-api'), 'Deploy');
    await workbench().choose('protected · compose');
    await workbench().choose('main-');
    await deployLens().click({ timeout: 120_000 });
    await workbench().page.locator('.quick-input-widget', { hasText: 'is protected' }).waitFor({ timeout: 60_000 });
    await input.fill('dev');
    await workbench().page.keyboard.press('Enter');
    await workbench()
      .notification(/is healthy in dev/)
      .first()
      .waitFor({ timeout: 180_000 });
    await workbench().dismissNotifications();
  });

  it('shows a plan alone, with nothing to press', async () => {
    await rowComes('Environments', /^order-api, 1\/1/);
    await workbench().command('Waybill: Show Plan');
    await workbench().choose('order-api');
    await workbench().choose('protected · compose');
    await workbench().choose('main-');
    await editorHolds(/order-api/);
    await workbench().page.waitForTimeout(1_000);
    assert.equal(await deployLens().count(), 0, 'no Deploy above a plan that was only asked for');
    await workbench().picture('plan-alone');
    await workbench().closeEditors();
    await workbench().dismissNotifications();
  });

  it('stops the step on the daemon when a build is cancelled', async () => {
    const file = join(stage().copy.folder, 'services/label-printer/Dockerfile');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text.trimEnd()}\nRUN ["/bin/sleep", "7788"]\n`);
    await workbench().press(workbench().row('Services', 'label-printer'), 'Build Image');
    await until(
      'the step',
      async () => runs('7788'),
      async () => 'no sleep 7788',
    );
    await workbench().answer(/Build label-printer/, 'Cancel');
    await until(
      'the end of the step',
      async () => !runs('7788'),
      async () => 'sleep 7788 goes on',
      20_000,
    );
    await writeFile(file, text);
  });

  const deployLens = () =>
    workbench()
      .page.locator('.codelens-decoration a', { hasText: /^Deploy$/ })
      .first();

  async function editorHolds(pattern: RegExp): Promise<void> {
    await until(
      `${pattern} in the editor`,
      async () => pattern.test(await workbench().editorText()),
      () => workbench().editorText(),
    );
  }

  async function rowComes(view: View, pattern: RegExp): Promise<void> {
    const rows = () => workbench().rows(view);
    await until(`a row ${pattern} in ${view}`, async () => (await rows()).some((row) => pattern.test(row)), rows);
  }
});

/** Whether `/bin/sleep <seconds>` runs anywhere on the machine, containers included. */
function runs(seconds: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ') === `/bin/sleep ${seconds}`;
      } catch {
        return false;
      }
    });
}
