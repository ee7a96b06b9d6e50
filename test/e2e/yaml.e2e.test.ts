/** Manifests, standards and environments in a real VS Code: what is seen beside the text, and what typing does. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import { fileRecords } from '../../client/src/local/fileRecords.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { type SmallStage, startUntrustedStage } from './stage.ts';
import { until } from './workbench.ts';

const digest = `sha256:${'7fcc1cf8'.repeat(8)}`;
const identity = releaseIdentity('parcel/order-api', { repository: 'registry.example.com/parcel/order-api', digest }, { kind: 'Service' });
const record = releaseId(identity);

async function prepare({ folder }: { readonly folder: string }): Promise<void> {
  await fileRecords({ redactor: redactor() }).saveRelease(folder, {
    ...{ apiVersion: 'waybill.dev/v1', kind: 'Release', id: record, alias: 'amber-heron', identity, manifest: { kind: 'Service' } },
    ...{ tags: ['main-5d41402a-20261123081522'], source: { branch: 'main' } },
    build: {
      id: 'b-1',
      builder: 'shared/build-1',
      engine: 'buildkit',
      started: '2026-11-23T08:15:22Z',
      duration: '41s',
      cached: 9,
      pushed: '1MB',
    },
    deployments: [{ environment: 'dev', at: '2026-11-23T08:17:03Z', by: 'jane@example.com', result: 'Succeeded' }],
  });
  // Files that git ignores are not offered by name.
  await writeFile(join(folder, '.gitignore'), 'waybill.environments.local.yaml\n');
  const manifest = join(folder, 'services/order-api/waybill.yaml');
  const text = await readFile(manifest, 'utf8');
  const schedule =
    '\n    scale: { replicas: 3, schedule: [{ cron: "0 9 * * 1-5", timezone: Asia/Shanghai, min: 6, until: "0 23 * * *" }] }';
  await writeFile(manifest, text.replace('\n    scale: { replicas: 3 }', schedule));
}

describe('YAML files in the editor', () => {
  const started: { stage?: SmallStage } = {};
  const stage = () => started.stage ?? assert.fail('the stage did not start');
  const text = () => stage().workbench.editorText();
  const word = (pattern: RegExp) => stage().workbench.page.locator('.view-line span span', { hasText: pattern }).first();
  const hover = () => stage().workbench.page.locator('.monaco-hover:not(.hidden)').first();

  /** Rests on a word until something is said about it; the picture has it in view. */
  async function rest(pattern: RegExp, said: RegExp, picture: string): Promise<void> {
    await until(
      `${said}`,
      async () => {
        await stage().workbench.page.mouse.move(5, 5);
        await word(pattern).hover();
        await stage().workbench.page.waitForTimeout(1_500);
        return (await hover().isVisible()) && said.test((await hover().textContent()) ?? '');
      },
      async () => ((await hover().isVisible()) ? ((await hover().textContent()) ?? '') : 'no hover'),
      60_000,
    );
    const folder = process.env.WAYBILL_PICTURES;
    if (folder) await stage().workbench.page.screenshot({ path: join(folder, `${picture}.png`) });
  }

  before(
    async () => {
      started.stage = await startUntrustedStage(prepare, true);
    },
    { timeout: 300_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });

  it('of a service say what runs where, and what a value is in each environment', async () => {
    const { workbench } = stage();
    await workbench.openFile('services/order-api/waybill.yaml');
    await workbench.page.locator('.codelens-decoration a', { hasText: 'main-5d41402a' }).first().waitFor({ timeout: 90_000 });
    await workbench.picture('yaml-service');
    await rest(/^replicas$/, /Effective value/, 'yaml-hover');
    await rest(/^web-2$/, /Resolves to/, 'yaml-hover-image');
  });

  it('say schedules in words', async () => {
    const { workbench } = stage();
    await workbench.page.locator('.monaco-editor .view-lines').first().click();
    await workbench.page.keyboard.press('Control+End');
    await rest(/0\s9/, /Monday through Friday/, 'yaml-schedule');
  });

  it('indent as they are typed, and are formatted', async () => {
    const { workbench } = stage();
    await workbench.page.locator('.monaco-editor .view-lines').first().click();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('envFrom:');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.waitForTimeout(1_000);
    await workbench.picture('yaml-newline');
    await workbench.page.keyboard.type('-    configFile:   a.properties');
    await workbench.page.keyboard.press('Escape');
    await workbench.picture('yaml-typed');
    await workbench.command('Format Document');
    await until('one blank', async () => /-\sconfigFile:\sa\.properties/.test(await text()), text, 60_000);
    await workbench.picture('yaml-formatted');
    for (let i = 0; i < 12; i++) await workbench.page.keyboard.press('Control+Z');
    await workbench.command('Revert File');
  });

  it('of the standards lead from an image to who stands on it', async () => {
    const { workbench } = stage();
    await workbench.openFile('waybill.standards.yaml');
    const lens = workbench.page.locator('.codelens-decoration a', { hasText: /stand/ }).first();
    await lens.waitFor({ timeout: 60_000 });
    await workbench.picture('yaml-standards');
    await lens.click();
    await workbench.page.locator('.reference-zone-widget, .peekview-widget').first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('of environments say where each is', async () => {
    const { workbench } = stage();
    await workbench.openFile('waybill.environments.yaml');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page
      .locator('.codelens-decoration a', { hasText: /lantern-prod/ })
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.picture('yaml-environments');
  });

  it('of a release lead to the manifest, and are not edited', async () => {
    const { workbench } = stage();
    await workbench.openFile(`${record}.yaml`);
    await rest(/^manifestHash$/, /not edited by hand/, 'yaml-record');
  });
});
