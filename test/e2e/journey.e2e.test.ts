/**
 * The whole road through the user interface of a real VS Code, on a real engine over TLS, a real registry and a real Kubernetes:
 * squiggle → fix → build → release → prepared namespace → plan → deploy → tree → log → killed pod → drift → a deployment that fails, its
 * diagnosis and its line → roll back. Steps build on each other.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { SampleCopy } from '../seed/sampleCopy.ts';
import { type Stage, startStage } from './stage.ts';
import { until, type View, type Workbench } from './workbench.ts';

const namespace = 'parcel-integration';

describe('the journey in VS Code', () => {
  const started: { stage?: Stage } = {};
  const stage = (): Stage => started.stage ?? assert.fail('the stage did not start');
  const workbench = (): Workbench => stage().workbench;

  before(
    async () => {
      started.stage = await startStage({ prepare: isolated });
    },
    { timeout: 600_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });
  afterEach(async (context) => {
    if ('passed' in context && context.passed === false) await started.stage?.workbench.picture(`failed-${context.name.slice(0, 30)}`);
  });

  it('shows services, environments and builders', async () => {
    await workbench().openContainer();
    await workbench().widenSideBar();
    await rowComes('Services', /^order-api/);
    await rowComes('Environments', /nothing deployed yet/);
    await rowComes('Builders', /build-1, Docker Engine 20\.10/);
    await rowComes('Base Images', /^keel-3, 3\.1-2 · until/);
    await workbench().picture('views');
    await workbench().toggle('Builders');
  });

  it('underlines what the standards do not allow, and one click mends it', async () => {
    const { page } = workbench();
    await workbench().openFile('legacy/customs/Dockerfile');
    await page.locator('.squiggly-error').first().waitFor({ timeout: 90_000 });
    await workbench().picture('findings');
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await workbench().command('Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row').nth(2).waitFor();
    await workbench().command('Go to Line/Column...');
    await page.keyboard.type('2:10');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+.');
    const action = page.locator('.action-widget .monaco-list-row.action').first();
    await action.waitFor({ timeout: 60_000 });
    await workbench().picture('lint');
    const before = await workbench().editorText();
    await page.keyboard.press('Enter');
    await until(
      'the fix',
      async () => (await workbench().editorText()) !== before,
      () => workbench().editorText(),
    );
    await workbench().command('File: Revert File');
    await workbench().closeEditors();
  });

  it('builds on the TLS daemon, with the steps in a terminal', async () => {
    await workbench().openFile('order-api/Dockerfile');
    await workbench().press(workbench().row('Services', 'order-api'), 'Build Image');
    await comes(/was built on build-1|was built on laptop/);
    await terminalComes(/3 OS, 3 base and 2 service layers/);
    await workbench().picture('build');
    await workbench().dismissNotifications();
  });

  it('maps a failing step to its line in the Dockerfile', async () => {
    const file = join(stage().copy.folder, 'services/price-api/Dockerfile');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text.trimEnd()}\nRUN ["/bin/false"]\n`);
    await workbench().press(workbench().row('Services', 'price-api'), 'Build Image');
    await comes(/exit(ed with)? code|did not complete|returned a non-zero code/);
    await workbench().openFile('price-api/Dockerfile');
    await workbench().page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await workbench().picture('build-failure');
    await writeFile(file, text);
    await workbench().page.locator('.squiggly-error').first().waitFor({ state: 'detached', timeout: 60_000 });
    await workbench().closeEditors();
    await workbench().dismissNotifications();
    await workbench().openFile('order-api/waybill.yaml');
  });

  it('releases to the compose host after showing the plan', async () => {
    await workbench().press(workbench().row('Services', 'order-api'), 'Release');
    await deployPlan();
    await comes(/is healthy in dev/);
    await rowComes('Environments', /^order-api, 1\/1 · main-.*sha256:/);
    await workbench().dismissNotifications();
  });

  it('prepares the namespace by a plan', async () => {
    await workbench().command('Waybill: Prepare Environment…');
    await workbench().choose('integration');
    await deployPlan('prepare');
    await comes(/parcel-integration is prepared/);
    const namespaced = await kubectl('get', 'resourcequota,networkpolicy', '-o', 'name');
    assert.match(namespaced, /resourcequota\/waybill/);
    assert.match(namespaced, /networkpolicy\S*\/waybill-default-deny/);
    await workbench().dismissNotifications();
  });

  it('deploys the very same digest to Kubernetes', async () => {
    await workbench().press(workbench().row('Services', 'order-api'), 'Deploy');
    await workbench().choose('integration');
    await workbench().choose('main-');
    await deployPlan('plan');
    await comes(/is healthy in integration/);
    await rowComes('Environments', /^order-api, 2\/2 · main-.*sha256:/);
    const rows = (await workbench().rows('Environments')).filter((row) => row.startsWith('order-api, '));
    const digests = new Set(rows.map((row) => /sha256:[0-9a-f]+/.exec(row)?.[0]));
    assert.equal(digests.size, 1, `one digest in both places: ${rows.join('; ')}`);
    await workbench().row('Environments', 'order-api, 2/2').click();
    await rowComes('Environments', /^order-api-\S+, ready/);
    await workbench().row('Services', 'order-api').click();
    await rowComes('Services', /^Releases/);
    await workbench().row('Services', 'Releases').click();
    await rowComes('Services', /^main-/);
    await workbench().picture('overview');
    await workbench().portrait('Services');
    await workbench().portrait('Environments');
  });

  it('tails every instance and goes on when a pod is killed', async () => {
    await workbench().dismissNotifications();
    await workbench().press(workbench().row('Environments', 'order-api, 2/2'), 'Tail Logs');
    await terminalComes(/order-api-\S+ +\d\d:\d\d:\d\d\.\d{3} +INFO/);
    const [pod] = (await kubectl('get', 'pods', '-o', 'name')).split('\n');
    await kubectl('delete', pod ?? '', '--wait=false');
    const name = (pod ?? '').replace('pod/', '');
    const present = async () =>
      new Set([...(await workbench().terminalText()).matchAll(/(order-api-\S+) +\d\d:/g)].map((match) => match[1]));
    await until(
      'lines of the pod that replaced it',
      async () => {
        const seen = await present();
        return seen.size === 2 && !seen.has(name);
      },
      async () => [name, ...(await present())],
    );
    await workbench().picture('logs');
  });

  it('shows what was changed by hand, and sets it back', async () => {
    await workbench().closeEditors();
    await kubectl('set', 'env', 'deployment/order-api', 'STAGE=by-hand');
    await workbench().command('Waybill: Show Drift…');
    await workbench().page.locator('.quick-input-list .monaco-list-row', { hasText: 'integration' }).first().waitFor();
    await workbench().page.keyboard.type('integration');
    await workbench().page.waitForTimeout(500);
    await workbench().page.keyboard.press('Enter');
    const changed = workbench().page.locator('.quick-input-list .monaco-list-row', { hasText: '"integration" → "by-hand", by kubectl' });
    const told = workbench().page.locator('.notification-list-item');
    await changed.or(told).first().waitFor();
    assert.ok(await changed.first().isVisible(), (await told.allInnerTexts()).join());
    await workbench().picture('drift');
    await workbench().choose('Set all back to what was deployed');
    await workbench().page.locator('.monaco-dialog-box', { hasText: 'Set order-api in integration back' }).waitFor();
    await workbench().page.keyboard.press('Enter');
    await comes(/instances of order-api run/);
    const stages = ['deployment/order-api', '-o', 'jsonpath={.spec.template.spec.containers[0].env[0].value}'];
    assert.equal(await kubectl('get', ...stages), 'integration');
    await workbench().dismissNotifications();
  });

  it('releases a second version', async () => {
    await writeFile(join(stage().copy.folder, 'services/order-api/www/index.html'), 'second\n');
    await stage().copy.commit('A second version');
    await workbench().press(workbench().row('Services', 'order-api'), 'Release');
    await deployPlan();
    await comes(/is healthy in dev/);
    await workbench().dismissNotifications();
  });

  it('rolls back on the compose host as well, to the same digest', async () => {
    await workbench().press(workbench().row('Environments', 'order-api, 1/1'), 'Roll Back');
    await workbench().choose('main-');
    await deployPlan();
    await comes(/is healthy in dev/);
    const digests = async () =>
      (await workbench().rows('Environments')).filter((row) => row.startsWith('order-api, ')).map((row) => digestOf(row));
    // While instances are exchanged a row has no digest.
    await until(
      'back at the digest that integration runs',
      async () => {
        const [dev, integration] = await digests();
        return dev !== undefined && dev === integration;
      },
      devRow,
    );
    await workbench().picture('rolled-back');
  });

  it('tells why a release is not healthy', async () => {
    await workbench().closeEditors();
    await writeFile(join(stage().copy.folder, 'services/order-api/start'), '#!/bin/sh\necho "no host db"\nexit 3\n');
    await stage().copy.commit('A version that does not start');
    await workbench().dismissNotifications();
    await workbench().press(workbench().row('Services', 'order-api'), 'Release');
    await deployPlan();
    await comes(/is not healthy in dev/);
    await workbench().picture('not-healthy');
    await workbench().answer(/is not healthy in dev/, 'Show Diagnosis');
    await until(
      'the diagnosis',
      async () => /no host db/.test(await workbench().editorText()),
      () => workbench().editorText(),
    );
    await workbench().picture('diagnosis-host');
    await workbench().openFile('order-api/waybill.yaml');
    await workbench().page.locator('.squiggly-warning').first().waitFor({ timeout: 60_000 });
    await workbench().dismissNotifications();
  });

  it('opens the effective configuration with the origin of each line', async () => {
    await workbench().openFile('order-api/waybill.yaml');
    await workbench().command('Waybill: Open Effective Configuration');
    await workbench().choose('integration');
    await until(
      'the configuration',
      async () => /#/.test(await workbench().editorText()),
      () => workbench().editorText(),
    );
    await workbench().picture('effective');
  });

  const kubectl = async (...words: string[]): Promise<string> =>
    (await stage().cluster?.kubectl(...words.slice(0, 1), '-n', namespace, ...words.slice(1))) ?? '';
  const digestOf = (row: string | undefined) => /sha256:[0-9a-f]+/.exec(row ?? '')?.[0];
  const devRow = async () => digestOf((await workbench().rows('Environments')).find((row) => row.startsWith('order-api, 1/1')));

  async function deployPlan(picture?: string): Promise<void> {
    const lens = workbench()
      .page.locator('.codelens-decoration a', { hasText: /^(Deploy|Apply)$/ })
      .first();
    await lens.waitFor({ timeout: 120_000 });
    if (picture) await workbench().picture(picture);
    await lens.click();
  }

  async function comes(text: RegExp): Promise<void> {
    await workbench().notification(text).first().waitFor({ timeout: 180_000 });
  }

  async function rowComes(view: View, pattern: RegExp): Promise<void> {
    const rows = () => workbench().rows(view);
    await until(`a row ${pattern} in ${view}`, async () => (await rows()).some((row) => pattern.test(row)), rows);
  }

  async function terminalComes(pattern: RegExp): Promise<void> {
    await until(
      `${pattern} in the terminal`,
      async () => pattern.test(await workbench().terminalText()),
      () => workbench().terminalText(),
    );
  }
});

/** Gives integration a quota, a level of security and a network policy, for Prepare Environment to make. */
async function isolated(copy: SampleCopy): Promise<void> {
  const file = join(copy.folder, 'waybill.environments.yaml');
  const isolation = '    isolation: { networkPolicy: default-deny, podSecurity: baseline, quota: { pods: 20 } }\n';
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replace('    promote: { from: [dev] }\n', (line) => isolation + line),
  );
  await copy.commit('integration stands apart');
}
