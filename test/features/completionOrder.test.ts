import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Completion } from '../../server/src/core/features/answers.ts';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { changeWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { digest, environments, present, standards, workspace } from './yamlFixture.ts';

const manifest = 'services/new/waybill.yaml';
const head = 'metadata: { name: new, product: zero-dsp }\nstandards: net-alliance\n';

/** What is offered at the cursor of one file, beside others that are changed. */
function complete(source: string, path = manifest, others: Readonly<Record<string, string>> = {}): readonly Completion[] {
  const { text, cursor } = parseAnnotated(source);
  const files = Object.entries({ ...others, [path]: text });
  const changed = files.map(([name, content]) => ({ uri: `file:///w/${name}`, kind: fileKind(`file:///w/${name}`), text: content }));
  return completeManifest(changeWorkspace(workspace(), changed), `file:///w/${path}`, present(cursor));
}

const labels = (...given: Parameters<typeof complete>) => complete(...given).map(({ label }) => label);
const details = (...given: Parameters<typeof complete>) => complete(...given).map(({ label, detail }) => `${label}: ${detail}`);

describe('the order of keys', () => {
  it('is: required, what most files have, then the alphabet', () => {
    const offered = labels('<|>');
    assert.deepEqual(offered.slice(0, 12), [
      ...['apiVersion', 'kind', 'metadata', 'image', 'standards', 'build', 'ports', 'env', 'resources', 'health', 'scale', 'environments'],
    ]);
    assert.deepEqual(offered.slice(12), [...offered.slice(12)].sort());
  });
  it('has in front what other environments set', () => {
    const source = `${head}environments:\n  dev: { verify: [], canary: {} }\n  it: { <|> }`;
    assert.deepEqual(
      labels(source).slice(0, 2),
      ['canary', 'verify'].sort((a, b) => labels(source).indexOf(a) - labels(source).indexOf(b)),
    );
    assert.ok(labels(source).slice(0, 2).includes('verify'));
  });
  it('has in front what the lines below can belong to', () => {
    assert.equal(labels('<|>\n  context: .\n  dockerfile: Dockerfile\n')[0], 'build');
    assert.equal(labels('<|>\n  - name: http\n    port: 8080\n')[0], 'ports');
    assert.equal(labels('health:\n  <|>: { http: { port: 80 } }').includes('readiness'), true);
    assert.equal(labels('scale: { <|>: { max: 3 } }')[0], 'auto');
  });
  it('keeps what is below when a key is put above it', () => {
    const [item] = complete('<|>\n  context: .\n');
    assert.deepEqual([item?.edit.text, item?.snippet], ['build:', undefined]);
  });
});

describe('words from other files', () => {
  it('versions with their end of life, of the component beside', () => {
    const source = `${standards}  - name: new\n    image: registry.example.com/base/new\n    os: rocky-9\n    components: [{ name: jdk, version: <|> }]\n`;
    assert.deepEqual(details(source, 'waybill.standards.yaml'), ['17: end of life 2027-10-31', '21: end of life 2029-12-31 · default']);
  });
  it('secrets and their keys', () => {
    assert.deepEqual(details(`${head}env:\n  A: { secret: { name: <|> } }`), ['order-db: of it']);
    assert.deepEqual(labels(`${head}env:\n  A: { secret: { name: order-db, key: <|> } }`), ['password']);
  });
  it('variables that an environment has to give, in front', () => {
    const env = 'env:\n  A: 1\n  URL: { required: true, description: where }\n';
    assert.deepEqual(details(`${head}${env}environments: { dev: { env: { <|> } } }`), ['URL: required: where', 'A: 1']);
    assert.deepEqual(labels(`${head}env: { <|> }`), []);
  });
  it('labels that the standards require', () => {
    const others = {
      'waybill.standards.yaml': `${standards}labels: { required: [com.example.team, { name: com.example.cost, pattern: "^c" }] }\n`,
    };
    assert.deepEqual(details(`${head}image: { labels: { <|> } }`, manifest, others), [
      'com.example.team: required',
      'com.example.cost: required: ^c',
    ]);
  });
  it('stages and arguments of the Dockerfile', () => {
    const others = { 'services/new/Dockerfile': 'ARG BASE=x\nFROM x AS build\nARG WAR\nFROM x AS runtime\n' };
    assert.deepEqual(labels(`${head}build: { target: <|> }`, manifest, others), ['build', 'runtime']);
    assert.deepEqual(labels(`${head}build: { args: { <|> } }`, manifest, others), ['BASE', 'WAR']);
  });
  it('ports that the image listens on', () => {
    const others = { 'services/new/Dockerfile': 'FROM x\nEXPOSE 8080 8443/tcp $PORT\n' };
    assert.deepEqual(details(`${head}ports: [{ name: http, port: <|> }]`, manifest, others).slice(0, 2), [
      '8080: EXPOSE of the Dockerfile',
      '8443: EXPOSE of the Dockerfile',
    ]);
    assert.deepEqual(complete(`${head}health: { readiness: { tcp: { port: <|> } } }`, manifest, others)[0]?.edit.text, '8080');
  });
  it('builder images by digest, labels of builders, the repository that the registries suggest', () => {
    const image = `builderImages: [{ name: maven, image: registry.example.com/build/maven, current: { tag: "3.9", digest: ${digest} } }]\n`;
    const others = { 'waybill.standards.yaml': standards + image };
    assert.deepEqual(labels(`${head}build: { artifact: { container: <|> } }`, manifest, others), [
      `registry.example.com/build/maven:3.9@${digest}`,
    ]);
    assert.deepEqual(details(`${head}build: { selector: { <|> } }`), ['arch: amd64 (build-1)']);
    assert.deepEqual(labels(`${head}image: { repository: <|> }`), ['registry.example.com/zero-dsp/new']);
  });
  it('contexts that other environments use', () => {
    assert.deepEqual(details(environments.replace('context: dev', 'context: <|>'), 'waybill.environments.yaml'), ['prod: of production']);
  });
  it('names that an override can change', () => {
    const ports = 'ports: [{ name: http, port: 80 }, { name: admin, port: 81 }]\n';
    assert.deepEqual(labels(`${head}${ports}environments: { dev: { ports: [{ name: admin }, { name: <|> }] } }`).slice(0, 1), ['http']);
  });
  it('in the file of one workstation, what it may say', () => {
    const local = 'waybill.environments.local.yaml';
    assert.deepEqual(
      labels('<|>', local),
      ['builders', 'apiVersion', 'environments', 'kind', 'metadata'].sort(
        (a, b) => labels('<|>', local).indexOf(a) - labels('<|>', local).indexOf(b),
      ),
    );
    assert.deepEqual(labels('environments:\n  - name: production\n    kubernetes:\n      <|>', local).sort(), [
      'cluster',
      'context',
      'namespaceUid',
    ]);
    assert.ok(!labels('environments:\n  - name: production\n    <|>', local).includes('promote'));
  });
  it('rules and their categories', () => {
    const offered = labels('severity:\n  <|>', 'waybill.standards.yaml');
    assert.ok(offered.includes('base/*') && offered.includes('base/unregistered'));
    assert.ok(labels('ignored: [<|>]', '.hadolint.yaml').includes('DL3007'));
  });
});

describe('words of the schema', () => {
  it('say what they mean, and which is the default', () => {
    const [bridge, host] = complete('network: { mode: <|> }');
    assert.deepEqual([bridge?.detail, bridge?.documentation], ['default', 'An own address.']);
    assert.match(host?.documentation ?? '', /^The address of the machine/);
  });
  it('are quoted where YAML would read something else', () => {
    const source = 'standards: net-alliance\njdk: { version: <|> }';
    assert.deepEqual(
      complete(source).map(({ edit }) => edit.text),
      ['"17"', '"21"'],
    );
  });
  it('give way to real names', () => {
    assert.deepEqual(labels(`${head}dependsOn: [<|>]`), ['order-api', 'user-api']);
  });
});
