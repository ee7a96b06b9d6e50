import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addEnvironment as addEnvironmentCommand } from '../../client/src/commands/addEnvironment.ts';
import { chooseCurrent } from '../../client/src/commands/chooseCurrent.ts';
import type { Authoring } from '../../client/src/commands/contract/authoring.ts';
import { chooseEnvironment, chooseService } from '../../client/src/commands/contract/choose.ts';
import { chooseRunning } from '../../client/src/commands/contract/chooseRunning.ts';
import type { CommandContext } from '../../client/src/commands/contract/command.ts';
import type { Question, Ui } from '../../client/src/commands/contract/ui.ts';
import { createDockerfile } from '../../client/src/commands/createDockerfile.ts';
import { createManifest } from '../../client/src/commands/createManifest.ts';
import { importManifest } from '../../client/src/commands/importManifest.ts';
import { replaceImage } from '../../client/src/commands/replaceImage.ts';
import { showDiagnosis } from '../../client/src/commands/showDiagnosis.ts';
import { showImageUsers } from '../../client/src/commands/showImageUsers.ts';
import { subjectOf } from '../../client/src/editor/subject.ts';
import { fail } from '../../client/src/errors.ts';
import { commandIds } from '../../client/src/generated/commandIds.ts';
import { commands } from '../../client/src/generated/commands.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { ServiceState } from '../../client/src/ports.ts';
import { createAppState } from '../../client/src/state/appState.ts';
import type { EnvironmentWatch } from '../../client/src/state/environmentWatches.ts';
import { createStore } from '../../client/src/state/store.ts';
import { addEnvironment } from '../../server/src/core/features/addEnvironment.ts';
import { changeBuilders } from '../../server/src/core/features/builderMembers.ts';
import { importFile } from '../../server/src/core/features/import/importFile.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import type { WorkspaceModel } from '../../server/src/protocol.ts';
import { environment, image, model, running, service } from './treeSamples.ts';

const unused = () => {
  throw fail('internal', 'not used here', '');
};

interface Asked {
  readonly titles: string[];
  readonly documents: string[];
}

/** Files that commands read, and a server that answers from the core itself. */
const texts: Readonly<Record<string, string>> = {
  'file:///w/new/Dockerfile': 'FROM scratch\nEXPOSE 8080\n',
  'file:///w/compose.yml':
    'services:\n  web: { build: ./web, command: serve }\n  api: { build: ./order-api }\n  db: { image: "postgres:16" }\n',
};
const there = createWorkspace({
  files: [
    { uri: 'file:///w/order-api/waybill.yaml', kind: 'service', text: '' },
    {
      uri: 'file:///w/waybill.environments.yaml',
      kind: 'environments',
      text: 'metadata: { product: zero-dsp }\nenvironments:\n  - name: dev\n    kind: compose\n',
    },
  ],
  folders: ['file:///w'],
  today: '2026-11-20',
});
const pinCluster = async () => ({ cluster: { server: 'https://k8s.example.com', uid: '3f6b1a54-9c1e-4a77-8f0e-0d5d3a3f5b11' } });
const authoring: Authoring = {
  importFile: async (parameters) => importFile(there, parameters),
  addEnvironment: async (wanted) => addEnvironment(there, wanted),
  changeBuilders: async (change) => changeBuilders(there, change),
  createDockerfile: async (uri) => ({ uri: `${uri}/../Dockerfile`, exists: false, text: 'FROM x\n', report: ['Look.'] }),
};

/** A context on a given workspace in which the first choice of every question is taken. */
function contextOf(workspace: WorkspaceModel): { context: CommandContext; asked: Asked } {
  const asked: Asked = { titles: [], documents: [] };
  const documents = {
    model: async () => workspace,
    effective: unused,
    buildSpec: unused,
    baseImage: unused,
    changeCatalogue: unused,
    lock: unused,
    parity: unused,
  };
  const ui: Ui = {
    async pick<T>(question: Question<T>) {
      asked.titles.push(`${question.title}: ${question.choices.map((choice) => choice.label).join(', ')}`);
      return question.choices[0]?.value;
    },
    pickSeveral: async <T>(question: Question<T>) => {
      asked.titles.push(
        `${question.title}: ${question.choices.map((choice) => (choice.picked ? `[${choice.label}]` : choice.label)).join(', ')}`,
      );
      return question.choices.filter((choice) => choice.picked).map((choice) => choice.value);
    },
    typeToConfirm: unused,
    confirm: unused,
    inform: unused,
    warn: (message) => void asked.documents.push(`! ${message}`),
    run: unused,
    openDiff: async (title, _language, left, right) => void asked.documents.push([title, left.name, right.name].join('\n')),
    openText: async (name, _language, text) => void asked.documents.push(`${name}\n${text}`),
    showPlan: unused,
    answerPlan: unused,
    openLocation: unused,
    showPlaces: async (_at, places) => void asked.documents.push(`${places.length} places`),
    previewEdits: async (title, edits) => void asked.documents.push([title, ...edits.map((edit) => edit.text)].join('\n')),
    findFiles: async () => ['file:///w/new/Dockerfile', 'file:///w/order-api/Dockerfile'],
    workspaceFolder: () => 'file:///w',
    createFile: async (uri, snippet) => void asked.documents.push(`${uri}\n${snippet}`),
    input: async ({ title, value }) => {
      asked.titles.push(title);
      return value || 'staging';
    },
    saveEdits: unused,
    applyEdits: async (edits) => void asked.documents.push(...edits.map(({ location, text }) => `${location.uri}\n${text}`)),
    createFiles: async (files) => void asked.documents.push(...files.map(({ uri, text }) => `${uri}\n${text}`)),
    readText: async (uri) => texts[uri] ?? '',
    activeFile: () => 'file:///w/compose.yml',
    showReport: async (name, markdown) => void asked.documents.push(`${name}\n${markdown}`),
    showPage: async (name, markdown) => void asked.documents.push(`${name}\n${markdown}`),
    openWalkthrough: unused,
    copy: unused,
    buildScreen: unused,
    logScreen: unused,
    shell: unused,
    openExternal: unused,
    typing: unused,
    showBoard: unused,
    logTail: () => 10,
    markBuild: unused,
    keepDiagnosis: unused,
    keptDiagnosis: () => undefined,
    failed: unused,
  };
  const state = createAppState(
    { documents, clock: systemClock(), platforms: unused, engines: unused, builders: unused, records: unused },
    true,
  );
  return { context: { ui, state, documents, authoring, version: '0', ports: unused, pinCluster, runCommand: unused }, asked };
}

describe('commands', () => {
  it('have ids of the form waybill.<noun>.<verb>, each once', () => {
    assert.deepEqual(
      commands.map((command) => command.contribution.id),
      [...commandIds],
    );
    assert.equal(new Set(commandIds).size, commandIds.length);
    for (const id of commandIds) assert.match(id, /^waybill\.[a-z]+\.[a-zA-Z]+$/);
  });

  it('with titles in Title Case', () => {
    for (const { contribution } of commands) assert.match(contribution.title, /^[A-Z]/);
  });
});

describe('choosing', () => {
  const two = model({
    services: [service('order-api'), service('billing')],
    environments: [environment('dev'), environment('staging'), environment('other', { product: 'else' })],
  });

  it('takes the service of the row without asking', async () => {
    const { context, asked } = contextOf(two);
    assert.equal((await chooseService(context, two, { service: 'zero-dsp/billing' }, 'Build'))?.name, 'billing');
    assert.deepEqual(asked.titles, []);
  });

  it('asks among several, and takes the only one', async () => {
    const { context, asked } = contextOf(two);
    assert.equal((await chooseService(context, two, {}, 'Build'))?.name, 'billing');
    assert.deepEqual(asked.titles, ['Build: billing, order-api']);
    const one = model({ services: [service('order-api')] });
    assert.equal((await chooseService(context, one, {}, 'Build'))?.name, 'order-api');
    assert.equal(asked.titles.length, 1);
  });

  it('says what is missing when there is none', async () => {
    const { context } = contextOf(model());
    await assert.rejects(chooseService(context, model(), {}, 'Build'), /no waybill\.yaml/);
  });

  it('offers the environments of the product only', async () => {
    const { context, asked } = contextOf(two);
    const question = { verb: 'Deploy', fits: () => undefined };
    await chooseEnvironment(context, two, service('order-api'), {}, question);
    assert.deepEqual(asked.titles, ['Deploy: dev, staging']);
    await chooseCurrent.run(context, { environment: 'zero-dsp/staging' });
    await chooseEnvironment(context, two, service('order-api'), {}, question);
    assert.equal(asked.titles[1], 'Deploy: staging, dev');
  });

  const watching = (context: CommandContext, seen: Readonly<Record<string, readonly ServiceState[]>>): CommandContext => {
    const live = Object.entries(seen).map(([name, services]) => {
      const watch: EnvironmentWatch = { state: 'live', value: { environment: name, services } };
      return [`zero-dsp/${name}`, watch] as const;
    });
    const environments = { ...context.state.environments, store: createStore(new Map(live)) };
    return { ...context, state: { ...context.state, environments } };
  };

  it('of what runs: offers only what is seen to run, and does not ask where there is nothing to choose', async () => {
    const { context, asked } = contextOf(two);
    const seen = watching(context, { dev: [running('order-api'), running('billing', { health: 'Missing' })], staging: [] });
    const found = await chooseRunning(seen, two, {}, { verb: 'Scale' });
    assert.deepEqual([found?.service.name, found?.environment.name, asked.titles], ['order-api', 'dev', []]);
    await assert.rejects(chooseRunning(seen, two, {}, { verb: 'Resume', fits: ({ health }) => health === 'Suspended' }), /Resume: .*runs/);
    await chooseRunning(watching(context, {}), two, {}, { verb: 'Scale' });
    assert.deepEqual(asked.titles, ['Scale: billing, order-api', 'Scale: dev, staging']);
  });
});

describe('what a command was invoked on', () => {
  const { context } = contextOf(model({ services: [service('order-api')] }));

  it('is a row, a lens, a file or nothing', async () => {
    await context.state.model.refresh();
    const row = (id: string) => (id === 'r' ? { id, label: '', context: [], children: [], subject: { builder: 'shared/a' } } : undefined);
    const of = (parameter: unknown) => subjectOf([parameter], context.state, row);
    assert.deepEqual(of('r'), { builder: 'shared/a' });
    assert.deepEqual(of({ subject: { environment: 'zero-dsp/dev', other: 1 } }), { environment: 'zero-dsp/dev' });
    assert.deepEqual(of({ service: 'zero-dsp/order-api' }), { service: 'zero-dsp/order-api' });
    const file = { scheme: 'file', fsPath: '/w/order-api/Dockerfile', toString: () => 'file:///w/order-api/Dockerfile' };
    assert.deepEqual(of(file), { service: 'zero-dsp/order-api' });
    assert.deepEqual(of(undefined), {});
  });
});

describe('the catalogue', () => {
  const at = (uri: string) => ({ uri, range: { start: { line: 0, character: 5 }, end: { line: 0, character: 9 } } });
  const old = image('web-1', {
    deprecated: { replacedBy: 'web-2' },
    uses: [
      { kind: 'reference', location: at('file:///w/new/Dockerfile') },
      { kind: 'name', location: at('file:///w/order-api/waybill.yaml') },
    ],
  });
  const images = [old, image('batch-1'), image('web-2'), image('keel', { layer: 'os' }), image('web-0', { ended: true })];
  const workspace = model({
    services: [service('order-api')],
    environments: [environment('dev')],
    registries: [{ name: 'main', host: 'r.example.com' }],
    catalogue: { images, components: [] },
  });

  it('replaces an image by its successor wherever it is named', async () => {
    const { context, asked } = contextOf(workspace);
    await replaceImage.run(context, { image: 'standard/web-1' });
    assert.deepEqual(asked.titles, ['Replace web-1 everywhere: web-2, batch-1']);
    assert.deepEqual(asked.documents, [['Replace web-1 by web-2', image('web-2').reference, 'web-2'].join('\n')]);
  });

  it('lists who uses an image', async () => {
    const { context, asked } = contextOf(workspace);
    await showImageUsers.run(context, { image: 'standard/web-1' });
    assert.deepEqual(asked.documents, ['2 places']);
  });

  it('says when there are no standards', async () => {
    await assert.rejects(replaceImage.run(contextOf(model()).context, {}), /no waybill\.standards\.yaml/);
  });

  it('makes a manifest for the only Dockerfile that has none', async () => {
    const { context, asked } = contextOf(workspace);
    await createManifest.run(context, {});
    const [text = '', report = ''] = asked.documents;
    assert.match(text, /^file:\/\/\/w\/new\/waybill\.yaml\n/);
    for (const line of ['  name: new', '  dockerfile: Dockerfile', '  - { name: http, port: 8080 }'])
      assert.ok(text.includes(`${line}\n`), `${line} in ${text}`);
    assert.match(report, /^Import of Dockerfile\n# Import of Dockerfile/);
  });

  it('imports the chosen services of a Compose file, and leaves manifests that are there alone', async () => {
    const { context, asked } = contextOf(workspace);
    await importManifest.run(context, {});
    assert.deepEqual(asked.titles, ['Create waybill.yaml from compose.yml: [web], [api], db']);
    const [text = '', report = '', warning] = asked.documents;
    assert.match(text, /^file:\/\/\/w\/web\/waybill\.yaml\n[\s\S]*name: web\n/);
    assert.match(report, /services\.web\.command/);
    assert.equal(warning, '! api has a waybill.yaml already: it was left as it is.');
  });

  it('says why nothing can be imported', async () => {
    const { context } = contextOf(workspace);
    await assert.rejects(importManifest.run(context, { file: 'file:///w/other.yml' }), /describes no service/);
  });

  it('adds an environment with the cluster that answers', async () => {
    const { context, asked } = contextOf(workspace);
    await addEnvironmentCommand.run(context, {});
    assert.match(
      asked.documents.join('\n'),
      /- name: staging\n {4}kind: kubernetes\n[\s\S]*server: https:\/\/k8s\.example\.com,[\s\S]*namespace: zero-dsp-staging/,
    );
  });

  it('begins an environments file where there is none, without a question', async () => {
    const { context, asked } = contextOf(model());
    await addEnvironmentCommand.run(context, {});
    assert.match(asked.documents.join('\n'), /waybill\.environments\.yaml[\s\S]*kind: Environments[\s\S]*kind: compose/);
  });

  it('generates a Dockerfile and says what is left to do', async () => {
    const { context, asked } = contextOf(workspace);
    await createDockerfile.run(context, {});
    assert.match(asked.documents.join('\n'), /FROM x[\s\S]*! The Dockerfile of order-api is there\. Look\./);
  });
});

describe('Show Diagnosis', () => {
  it('tells what is known even when nothing was kept', async () => {
    const { context, asked } = contextOf(model());
    await showDiagnosis.run(context, { service: 'zero-dsp/order-api', environment: 'zero-dsp/dev' });
    assert.match(asked.documents[0] ?? '', /^Diagnosis of order-api in dev\n/);
  });
});
