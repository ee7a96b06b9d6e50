import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../server/src/core/features/lint.ts';
import { lintManifest } from '../server/src/core/features/lintManifest.ts';
import { createWorkspace, fileKind, type Workspace } from '../server/src/core/features/workspace.ts';

interface Snippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
  readonly isFileTemplate?: boolean;
}

function snippets(name: string): Readonly<Record<string, Snippet>> {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../snippets', `${name}.json`), 'utf8'));
}

/** What stands there when every placeholder keeps its default. */
function expanded(snippet: Snippet | undefined): string {
  return `${(snippet?.body ?? [])
    .join('\n')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\d/g, '')
    .replace(/\\([\\}$])/g, '$1')
    .trimEnd()}\n`;
}

const indented = (text: string) => text.replace(/^(?=.)/gm, '  ');
const standards = expanded(snippets('waybill-standards').Standards);
const environments = expanded(snippets('waybill-environments').Environments);
const service = expanded(snippets('waybill-service').Service);

function workspace(changed: Readonly<Record<string, string>> = {}): Workspace {
  const files = {
    'waybill.standards.yaml': standards,
    'waybill.environments.yaml': environments,
    'services/order/waybill.yaml': service,
    ...changed,
  };
  const list = Object.entries(files).map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

/** @param elsewhere rules whose findings another file takes away */
function clean(path: string, text: string, others: Readonly<Record<string, string>> = {}): void {
  const found = lintManifest(workspace({ ...others, [path]: text }), `file:///w/${path}`);
  assert.deepEqual(
    found.map((finding) => `${finding.range.start.line + 1}: ${finding.rule} ${finding.message}`),
    [],
    text,
  );
}

type Files = Readonly<Record<string, string>>;
type Placed = (text: string) => [path: string, text: string, others?: Files];
const head = (kind: string, metadata: string) => `apiVersion: waybill.dev/v1\nkind: ${kind}\nmetadata: { ${metadata} }\n`;
const manifest = (text: string): [string, string] => ['services/order/waybill.yaml', text];
/** In place of the section of the same name, else at the end. */
const section: Placed = (text) => {
  const name = text.slice(0, text.indexOf(':'));
  const own = new RegExp(`\\n${name}:\\n(?:  .*\\n)+`);
  return manifest(own.test(service) ? service.replace(own, () => `\n${text}`) : `${service}${text}`);
};
/** The environments, each with some lines more. */
const withPlaces = (lines: string): Files => ({
  'waybill.environments.yaml': environments.replace(/^ {4}promote:/gm, `${lines}    promote:`),
});

const servicePlaces: Readonly<Record<string, Placed>> = {
  Secret: (text) => [
    ...manifest(`${service}env:\n${indented(text)}`),
    withPlaces('    secrets: [{ name: database, key: password, from: "vscode:database" }]\n'),
  ],
  'Required value': (text) =>
    manifest(
      `${service.replace('scale: { replicas: 1 }', 'env: { DB_URL: "jdbc:dev" }').replace(/ {2}dev:/, '  production:\n    env: { DB_URL: "jdbc:production" }\n  dev:')}env:\n${indented(text)}`,
    ),
  Probes: section,
  Port: (text) => manifest(service.replace(/\nports:\n.*\n/, () => `\nports:\n${indented(text)}`)),
  'Port of a range': (text) => manifest(service.replace(/\nports:\n.*\n/, (own) => own + indented(text))),
  Resources: section,
  Artifact: (text) => manifest(service.replace(/\nbuild:\n/, (own) => own + indented(text))),
  'Build secret': (text) => manifest(service.replace(/\nbuild:\n/, (own) => `${own}  secrets:\n${indented(indented(text))}`)),
  'Supervisor programs': section,
  'Log files': section,
  Registration: (text) => [...manifest(`${service}${text}`), withPlaces('    etcd: { endpoints: ["https://etcd.example.com:2379"] }\n')],
  Rollout: section,
  Canary: (text) => manifest(`${service}${text}scale: { replicas: 10 }\n`),
  Verification: section,
  'Scheduled minimum': (text) =>
    manifest(service.replace(/\n {2}dev:\n.*\n/, () => `\n  production:\n    scale:\n${indented(indented(indented(text)))}`)),
  'Override of an environment': (text) => manifest(service.replace(/\n {2}dev:\n.*\n/, () => `\n${indented(text)}`)),
};

const inStandards =
  (name: string): Placed =>
  (text) => ['waybill.standards.yaml', `${head('Standards', 'name: net-alliance')}${name}:\n${indented(text)}`];

const standardsPlaces: Readonly<Record<string, Placed>> = {
  'Base image': inStandards('baseImages'),
  'OS image': inStandards('osImages'),
  Waiver: inStandards('waivers'),
  Component: inStandards('components'),
  'Builder image': inStandards('builderImages'),
  Registry: inStandards('registries'),
  Policy: (text) => ['waybill.standards.yaml', `${head('Standards', 'name: net-alliance')}${text}`],
};

const inEnvironments = (text: string): [string, string] => [
  'waybill.environments.yaml',
  `${head('Environments', 'product: zero-dsp')}${text}`,
];
const compose =
  '  - name: dev\n    kind: compose\n    compose: { project: zero, hosts: [{ name: a, host: "unix:///var/run/docker.sock" }] }\n';
const member: Placed = (text) =>
  inEnvironments(`builders:\n  - name: shared\n    members:\n${indented(indented(indented(text)))}environments: []\n`);
const production = '  - name: production\n    kind: kubernetes\n    kubernetes: { context: production, namespace: zero-dsp }\n';

const environmentsPlaces: Readonly<Record<string, Placed>> = {
  'Kubernetes environment': (text) => inEnvironments(`environments:\n  - { name: dev, kind: lab, lab: {} }\n${indented(text)}`),
  'Compose environment': (text) => inEnvironments(`environments:\n${indented(text)}`),
  'Builder over TLS': member,
  'Builder over ssh': member,
  Protection: (text) => inEnvironments(`environments:\n${production}${indented(indented(text))}`),
  Promotion: (text) => inEnvironments(`environments:\n${compose}    verify: { onDeploy: true }\n${production}${indented(indented(text))}`),
  'Log store': (text) => inEnvironments(`logStores:\n${indented(text)}environments: []\n`),
  'Secret of a compose environment': (text) => [
    ...inEnvironments(`environments:\n${compose}    secrets:\n${indented(indented(indented(text)))}`),
    { 'services/order/waybill.yaml': `${service}env: { DB_PASSWORD: { secret: { name: database, key: password } } }\n` },
  ],
};

describe('snippets', () => {
  it('of whole files have no findings', () => {
    clean('waybill.standards.yaml', standards);
    clean('waybill.environments.yaml', environments);
    clean('services/order/waybill.yaml', service);
    clean('standards/apm.waybill.standards.yaml', expanded(snippets('waybill-standards')['Standards part']));
    clean('waybill.environments.local.yaml', expanded(snippets('waybill-environments')['Local environments']));
    const whole = ['waybill-service', 'waybill-standards', 'waybill-environments'].flatMap((file) =>
      Object.entries(snippets(file)).flatMap(([name, { isFileTemplate }]) => (isFileTemplate ? [name] : [])),
    );
    assert.deepEqual(whole, ['Service', 'Standards', 'Standards part', 'Environments', 'Local environments']);
  });

  for (const [name, snippet] of Object.entries(snippets('dockerfile'))) {
    it(`of Dockerfiles: ${name}`, () => {
      const text = expanded(snippet);
      const path = name === 'Base image' ? 'images/base/java-tomcat/Dockerfile' : 'services/order/Dockerfile';
      const found = lintDockerfile(parseDockerfile(`file:///w/${path}`, text), workspace({ [path]: text }));
      assert.deepEqual(
        found.map((finding) => `${finding.rule} ${finding.message}`),
        [],
        text,
      );
    });
  }

  const parts = { 'waybill-service': servicePlaces, 'waybill-standards': standardsPlaces, 'waybill-environments': environmentsPlaces };
  for (const [file, places] of Object.entries(parts)) {
    for (const [name, snippet] of Object.entries(snippets(file)).filter(([, { isFileTemplate }]) => !isFileTemplate)) {
      it(`of ${file} have no findings where they belong: ${name}`, () => {
        const place = places[name];
        assert.ok(place, 'say in this test where it belongs');
        clean(...place(expanded(snippet)));
      });
    }
  }

  it('say what they are for', () => {
    for (const name of ['dockerfile', 'waybill-service', 'waybill-environments', 'waybill-standards']) {
      for (const snippet of Object.values(snippets(name))) assert.ok(snippet.description.endsWith('.') && snippet.prefix.length > 0);
    }
  });
});
