/** What the model knows, in a real VS Code: origins of effective values, two environments compared, parity, standards from elsewhere. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

const git = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const identity = ['-c', 'user.name=house', '-c', 'user.email=house@example.com'];
  return (await promisify(execFile)('git', ['-C', folder, ...identity, ...args])).stdout.trim();
};

/** Standards in a repository of their own; answers the commit. */
async function publish(folder: string, severity: string): Promise<string> {
  const head = 'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: house, version: 1.0.0 }\n';
  await writeFile(join(folder, 'waybill.standards.yaml'), `${head}severity: { stage/name-casing: ${severity} }\n`);
  await git(folder, 'add', '.');
  await git(folder, 'commit', '-qm', severity);
  return git(folder, 'rev-parse', 'HEAD');
}

describe('the model in the editor', () => {
  const started: { stage?: SmallStage } = {};
  const editor = () => (started.stage ?? assert.fail('the stage did not start')).workbench;
  let home = '';
  let first = '';
  const house = () => join(home, '../house');
  const text = async () => (await editor().editorText()).replaceAll('\u00a0', ' ');

  before(
    async () => {
      started.stage = await startUntrustedStage(async ({ folder }) => {
        home = folder;
        const file = join(folder, 'waybill.environments.yaml');
        const environments = await readFile(file, 'utf8');
        await writeFile(file, environments.replace(/^( {2}- name: staging\n)/m, '$1    mirrors: production\n'));
        await mkdir(house());
        await git(house(), 'init', '-q', '-b', 'main');
        first = await publish(house(), 'warning');
        // Its base floats, in a registry that nobody reaches from here.
        await rm(join(folder, 'services/legacy/invoice'), { recursive: true });
        const own = join(folder, 'waybill.standards.yaml');
        await writeFile(own, (await readFile(own, 'utf8')).replace(/^registries:/m, 'extends: ["git:../house#main"]\n\nregistries:'));
      }, true);
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

  it('standards from a git repository are pinned, and pinned anew when its branch moves', async () => {
    const unpinned = editor().page.locator('.markers-panel .monaco-list-row', { hasText: 'git:../house#main' });
    const update = async (answer: RegExp) => {
      await editor().command('Waybill: Update Pinned Standards');
      await editor().notification(answer).first().waitFor({ timeout: 120_000 });
    };
    const lock = () => readFile(join(home, 'waybill.lock.yaml'), 'utf8');
    await editor().openFile('waybill.standards.yaml');
    await editor().command('Problems: Focus on Problems View');
    await unpinned.first().waitFor({ timeout: 60_000 });
    await update(/Pinned anew: git:\.\.\/house#main/);
    assert.ok((await lock()).includes(first), await lock());
    await unpinned.first().waitFor({ state: 'detached', timeout: 60_000 });
    await editor().dismissNotifications();
    await update(/are what they were/);
    await editor().dismissNotifications();
    const second = await publish(house(), 'error');
    await update(/Pinned anew/);
    await editor().answer(/Pinned anew/, 'Open Lock');
    await until('the lock', async () => (await text()).includes(second.slice(0, 12)), text, 60_000);
    await editor().picture('lock');
    await editor().closeEditors();
  });
});
