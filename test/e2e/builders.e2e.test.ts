/** Builders in a real VS Code: the pool at work, tasks, the terminal of a build, windows that close or die, commands about base images. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { waybill } from '../cli/cli.ts';
import { answerInput, extensionHost, followLink, pressDialog, stepEnds, stepRuns } from './builderSteps.ts';
import { type Stage, startStage } from './stage.ts';
import { until, type Workbench } from './workbench.ts';

describe('builders in VS Code', () => {
  const started: { stage?: Stage } = {};
  const stage = (): Stage => started.stage ?? assert.fail('the stage did not start');
  const workbench = (): Workbench => stage().workbench;
  const inCopy = (path: string) => join(stage().copy.folder, path);
  const standards = () => readFile(inCopy('waybill.standards.yaml'), 'utf8');

  before(
    async () => {
      started.stage = await startStage({
        kubernetes: false,
        async prepare(copy) {
          const task = { version: '2.0.0', tasks: [{ type: 'waybill', service: 'label-printer', label: 'labels' }] };
          await mkdir(join(copy.folder, '.vscode'));
          await writeFile(join(copy.folder, '.vscode/tasks.json'), JSON.stringify(task));
          const environments = join(copy.folder, 'waybill.environments.yaml');
          const text = await readFile(environments, 'utf8');
          const more =
            '      # Ordered, not there yet.\n      - { name: build-2, host: "tcp://127.0.0.1:1", labels: { arch: amd64 }, weight: 0.000001 }\n';
          // Everything goes to build-1, where two builds run at a time.
          await writeFile(environments, text.replace('weight: 0.2', 'weight: 0.000001').replace('\nregistries:', `${more}\nregistries:`));
          await copy.commit('A second builder');
          const release = await waybill(['release', 'order-api'], { cwd: copy.folder });
          assert.equal(release.code, 0, release.stderr);
        },
      });
      await workbench().openContainer();
      await workbench().widenSideBar();
      for (const view of ['Environments', 'Base Images'] as const) await workbench().toggle(view);
    },
    { timeout: 600_000 },
  );
  after(async () => started.stage?.stop(), { timeout: 120_000 });
  const changed = new Map<string, string>();
  const restore = async () => {
    for (const [file, text] of changed) await writeFile(file, text);
    changed.clear();
  };
  afterEach(async (context) => {
    await restore();
    if ('passed' in context && context.passed === false) await started.stage?.workbench.picture(`failed-${context.name.slice(0, 30)}`);
  });

  it('drains a builder and takes it back, in the file, with its comments', async () => {
    const file = inCopy('waybill.environments.yaml');
    const text = await readFile(file, 'utf8');
    await rowComes(/^build-1, Docker Engine 20\.10/);
    await workbench().command('Waybill: Drain Builder');
    await workbench().choose('shared/build-1');
    await rowComes(/^build-1, draining/);
    const drained = await readFile(file, 'utf8');
    assert.deepEqual(
      drained.split('\n').filter((line) => !text.includes(line)),
      ['        draining: true'],
    );
    await workbench().picture('builders-drained');
    await workbench().press(workbench().row('Builders', 'build-1, draining'), 'Undrain Builder');
    await rowComes(/^build-1, Docker Engine/);
    await workbench().dismissNotifications();
  });

  it('adds a builder and takes it out again', async () => {
    await workbench().command('Waybill: Add Builder…');
    await answerInput(workbench(), 'Add Builder (2 of 3)', 'tcp://127.0.0.1:2');
    await answerInput(workbench(), 'Add Builder (3 of 3)', 'build-3');
    await rowComes(/^build-3, /);
    assert.match(await readFile(inCopy('waybill.environments.yaml'), 'utf8'), /name: build-3, host: "?tcp:\/\/127\.0\.0\.1:2/);
    await workbench().command('Waybill: Remove Builder…');
    await workbench().choose('shared/build-3');
    await pressDialog(workbench(), 'Remove');
    await rowGoes(/^build-3/);
  });

  it('diagnoses a builder that does not answer', async () => {
    await rowComes(/^build-2, .*(refused|reach)/);
    await workbench().press(workbench().row('Builders', 'build-2, '), 'Diagnose Host');
    await editorComes(/shared\/build-2\s+tcp:\/\/127\.0\.0\.1:1[\s\S]*Stopped at the first step that failed/);
    await workbench().picture('builders-diagnosis');
    await workbench().closeEditors();
  });

  it('shows what builds and what waits below its builder, and stops each from there', async () => {
    const services = ['label-printer', 'order-api', 'price-api'];
    await addStep('label-printer', 'RUN echo reading 214 templates; echo checking fonts; exec /bin/sleep 7790');
    await addStep('order-api', 'RUN ["/bin/sleep", "7791"]');
    await addStep('price-api', 'RUN ["/bin/sleep", "7792"]');
    await workbench().openFile('label-printer/Dockerfile');
    for (const service of services) await workbench().press(workbench().row('Services', service), 'Build Image');
    await rowComes(/^label-printer, building/);
    await rowComes(/^order-api, building/);
    await rowComes(/^price-api, queued/);
    await stepRuns('7790');
    // What tells of progress lies over the terminal.
    await workbench().page.keyboard.press('Escape');
    await workbench().page.locator('.terminal-tabs-entry', { hasText: 'Build lab' }).click();
    await terminalComes(/▸ +\d+s {2}#\d+ \[4\/4\] RUN echo reading.*│ checking fonts/);
    await workbench().picture('builders');
    await workbench().closeEditors();
    await workbench().press(workbench().row('Builders', 'price-api, queued'), 'Cancel Build');
    await rowGoes(/^price-api/);
    await workbench().press(workbench().row('Builders', 'order-api, building'), 'Cancel Build');
    await rowGoes(/^order-api/);
    await workbench().command('Waybill: Cancel Build');
    await workbench().choose('parcel/label-printer');
    await rowGoes(/^label-printer/);
    for (const number of ['7790', '7791', '7792']) await stepEnds(number);
    await recorded('label-printer', 'Aborted');
    await workbench().dismissNotifications();
  });

  it('builds by a task of tasks.json, and its problem matcher marks the line', async () => {
    await addStep('label-printer', 'RUN echo wrapping; for i in 1 2 3; do echo label $i; done', 'RUN echo no labels && exit 4');
    await workbench().command('Tasks: Run Task');
    await workbench().choose('labels');
    await recorded('label-printer', 'Failed');
    await terminalComes(/RUN echo no labels && exit 4 {2}1 line {2}→ \S*label-printer\/Dockerfile:7/);
    assert.match(await workbench().terminalText(), /failed {2}\d+ steps? ran, \d+ from the cache/);
    await workbench().command('Problems: Focus on Problems View');
    const problems = () => workbench().page.locator('.markers-panel').allInnerTexts();
    await until('the problem', async () => /exit code: 4/.test((await problems()).join()), problems);
    await workbench().openFile('label-printer/Dockerfile');
    await workbench().page.locator('.squiggly-error').first().waitFor({ timeout: 30_000 });
    await workbench().picture('builders-task');
    await workbench().closeEditors();
  });

  it('folds what finished steps printed, unfolds it, and leads to it and to the line', async () => {
    await addStep('label-printer', 'RUN for i in 1 2 3; do echo printed $i; done');
    await workbench().press(workbench().row('Services', 'label-printer'), 'Build Image');
    await terminalComes(/done {2}\d+ steps? ran, \d+ from the cache/);
    await workbench().command('View: Toggle Maximized Panel');
    await terminalComes(/o unfolds and folds/);
    const folded = (await workbench().terminalText()).replaceAll('\n', '');
    assert.match(folded, /✓ +cached {2}#\d+ \[2\/4\] COPY/);
    assert.match(folded, /✓ +\d\.\d s {2}#\d+ \[4\/4\] RUN for i in 1 2 3; do echo printed \$i; done {2}Dockerfile:6 · 3 lines/);
    assert.doesNotMatch(folded, /│ printed 1/);
    await workbench().picture('builders-folded');
    await workbench().page.locator('.terminal-wrapper.active .xterm').click();
    await workbench().page.keyboard.press('o');
    await terminalComes(/│ printed 3/);
    await workbench().picture('builders-unfolded');
    await workbench().page.keyboard.press('o');
    await until('the folded steps', async () => !/│ printed/.test(await workbench().terminalText()), workbench().terminalText);
    await followLink(workbench(), '3 lines');
    await editorComes(/printed 1\s+(?:\d\s+)?printed 2/);
    await followLink(workbench(), 'Dockerfile:6');
    await editorComes(/FROM .*web/);
    await workbench().closeEditors();
    await workbench().dismissNotifications();
  });

  it('cancels what builds when the window closes, and records it', async () => {
    await addStep('label-printer', 'RUN ["/bin/sleep", "7766"]');
    await workbench().press(workbench().row('Services', 'label-printer'), 'Build Image');
    await stepRuns('7766');
    await workbench().command('Developer: Reload Window');
    await stepEnds('7766');
    await recorded('label-printer', 'Aborted');
    // The window itself wrote it, not the one that came after.
    assert.match((await builds()).at(-1)?.error ?? '', /^Cancelled|^The build was cancelled/);
    await rowComes(/^build-1, Docker Engine/);
  });

  it('closes the record of a build whose window was killed, and says so once', async () => {
    const before = (await builds()).length;
    await addStep('label-printer', 'RUN ["/bin/sleep", "7755"]');
    await workbench().press(workbench().row('Services', 'label-printer'), 'Build Image');
    await stepRuns('7755');
    process.kill(await extensionHost(stage().vscode), 'SIGKILL');
    await stepEnds('7755');
    await workbench()
      .notification(/A build was cut off .*parcel\/label-printer \(Nothing of it is on shared\/build-1\)/)
      .waitFor({ timeout: 120_000 });
    await workbench().picture('builders-cut-off');
    const journal = await builds();
    assert.deepEqual(
      journal.slice(before).map(({ outcome, builder }) => [outcome, builder]),
      [['Aborted', 'shared/build-1']],
    );
    assert.deepEqual(readdirSync(inCopy('.waybill/building')), ['.gitignore']);
    await workbench().dismissNotifications();
  });

  it('builds a base image anew, and the standards keep their comments', async () => {
    const before = await standards();
    await workbench().command('Waybill: Build Base Image…');
    await workbench().choose('web-2');
    await answerInput(workbench(), 'Build web-2', '2.4.1-r4');
    await workbench()
      .notification(/web-2 is 2\.4\.1-r4 in the standards now/)
      .waitFor({ timeout: 180_000 });
    await workbench().picture('builders-base');
    await workbench().command('File: Save All');
    await until('the standards', async () => (await standards()) !== before, standards);
    const text = await standards();
    const line = text.slice(text.indexOf('- name: web-2'), text.indexOf('- name: web-1'));
    assert.match(line, /current: \{ tag: 2\.4\.1-r4, digest: sha256:[0-9a-f]{64} \}\n {4}previous:\n.*tag: 2\.4\.1-r3, digest: sha256:/);
    assert.match(line, /revokedFor: "CVE-2026-0007"/);
    assert.match(text, /^# Standards of Lantern Freight\./);
    await workbench().closeEditors();
    await workbench().dismissNotifications();
  });

  it('moves services to the new base in the registry', async () => {
    await workbench().command('Waybill: Rebase Services…');
    await workbench().choose('web-2');
    await editorComes(/order-api/);
    await workbench().picture('builders-rebase-table');
    await pressDialog(workbench(), 'Rebase');
    await workbench()
      .notification(/1 service rebased onto web-2/)
      .waitFor({ timeout: 120_000 });
    await workbench().closeEditors();
    await workbench().dismissNotifications();
  });

  it('registers an image that somebody else has pushed', async () => {
    const { engine, registry } = stage();
    const from = /image: (\S+\/base\/web)\n/.exec(await standards())?.[1];
    const name = `${registry.host}/base/gateway:4.2-r1`;
    await engine.docker('tag', `${from}:2.4.1-r4`, name);
    await engine.docker('push', name);
    const before = await standards();
    await workbench().command('Waybill: Register Image…');
    await answerInput(workbench(), 'Register Image (1 of 2)', name);
    await workbench().choose('Base image');
    await workbench()
      .notification(/gateway-4 is in the standards now; save them\. .*layers · user 10001/)
      .waitFor({ timeout: 60_000 });
    await workbench().picture('builders-register');
    await workbench().command('File: Save All');
    await until('the standards', async () => (await standards()) !== before, standards);
    assert.match(await standards(), /- name: gateway-4\n {4}image: \S+\/base\/gateway\n[\s\S]*? os: keel-3\n/);
    await workbench().closeEditors();
    await workbench().dismissNotifications();
  });

  it('builds everything that has changed, side by side', async () => {
    await workbench().command('Waybill: Build All Changed…');
    await workbench().picture('builders-all-question');
    await pressDialog(workbench(), 'Build');
    await terminalComes(/✗ returns {2}.*breaks the standards.*\d+ built, \d+ failed/);
    await workbench().picture('builders-all');
  });

  /** Adds instructions to a service's Dockerfile, until the end of the test. */
  async function addStep(service: string, ...steps: readonly string[]): Promise<void> {
    const file = inCopy(`services/${service}/Dockerfile`);
    const text = await readFile(file, 'utf8');
    changed.set(file, text);
    await writeFile(file, `${text.trimEnd()}\n${steps.join('\n')}\n`);
  }

  const rows = () => workbench().rows('Builders');
  const rowComes = (pattern: RegExp) =>
    until(`${pattern} in Builders`, async () => (await rows()).some((row) => pattern.test(row)), rows, 60_000);
  const rowGoes = (pattern: RegExp) =>
    until(`no ${pattern} in Builders`, async () => !(await rows()).some((row) => pattern.test(row)), rows, 60_000);
  const terminalComes = (pattern: RegExp) =>
    until(
      `${pattern} in the terminal`,
      // Long lines are wrapped.
      async () => pattern.test((await workbench().terminalText()).replaceAll('\n', '')),
      () => workbench().terminalText(),
    );
  const editorComes = (pattern: RegExp) =>
    until(
      `${pattern} in the editor`,
      async () => pattern.test(await workbench().editorText()),
      () => workbench().editorText(),
      60_000,
    );
  const recorded = (service: string, outcome: string) =>
    until(
      `a record ${outcome} of ${service}`,
      async () => (await builds()).filter((build) => build.service === `parcel/${service}`).at(-1)?.outcome === outcome,
      builds,
      60_000,
    );

  async function builds(): Promise<readonly Partial<Record<'service' | 'outcome' | 'builder' | 'error', string>>[]> {
    const journal = await readFile(inCopy('.waybill/builds.jsonl'), 'utf8').catch(() => '');
    return journal
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
});
