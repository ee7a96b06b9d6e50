import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSpec } from '../../server/src/core/features/buildSpec.ts';
import { effective } from '../../server/src/core/features/effective.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { workspaceModel } from '../../server/src/core/features/model.ts';
import { recordedEffective } from '../../server/src/core/features/recordedEffective.ts';
import type { EffectiveAnswer, EffectiveService } from '../../server/src/protocol.ts';
import { digest, environments, present, service, serviceUri, standards, workspace } from './yamlFixture.ts';

const id = 'zero-dsp/order-api';

function serviceIn(environment: string): EffectiveService {
  const answer = effective(workspace(), id, environment);
  assert.deepEqual(answer.problems, []);
  return present(answer.service);
}

const messages = (answer: EffectiveAnswer) => answer.problems.map((problem) => problem.message);

describe('effective configuration', () => {
  it('merges maps, fills names in, deletes by null and keeps secrets as references', () => {
    const dev = serviceIn('dev');
    assert.deepEqual(dev.env, [
      { name: 'REGION', value: 'east' },
      { name: 'MODE', value: 'dev/zero-dsp' },
      { name: 'COST', value: `\${HOME} 5$` },
      { name: 'DB_URL', value: 'jdbc:dev' },
      { name: 'DB_PASSWORD', secret: { name: 'order-db', key: 'password' } },
    ]);
    assert.deepEqual(dev.resources, { requests: { cpu: '100m', memory: '1Gi' }, limits: {} });
    assert.deepEqual(dev.config, [{ target: '/opt/log.xml', content: '<log/>\n' }]);
  });

  it('has the defaults of the schema, durations in seconds and ports by number', () => {
    const dev = serviceIn('dev');
    assert.deepEqual(dev.health, {
      readiness: { http: { port: 8080, path: '/ready' }, period: 5, timeout: 1, failureThreshold: 3, initialDelay: 0 },
    });
    assert.deepEqual(dev.lifecycle, { stopGracePeriod: 30, preStopSleep: 0 });
    assert.equal(dev.rollout.progressDeadline, 600);
    assert.deepEqual(dev.expose, { type: 'ClusterIP', ports: ['http', 'hsf'] });
    assert.equal(dev.network, 'bridge');
  });

  it('takes JDK and user from the standards', () => {
    const dev = serviceIn('dev');
    assert.deepEqual(dev.jdk, { version: '21', mode: 'hostMount', hostPath: '/usr/java/jdk-21', mountPath: '/opt/jdk' });
    assert.equal(dev.uid, 10001);
  });

  it('merges lists of named things by name', () => {
    const it = serviceIn('it');
    assert.deepEqual(it.ports, [
      { name: 'http', port: 8080, auto: false, env: 'HTTP_PORT' },
      { name: 'hsf', port: 12200, auto: true, range: { low: 12200, high: 12299 }, env: 'HSF_PORT' },
    ]);
    assert.deepEqual([it.network, it.rollout.maxSurge, it.rollout.maxUnavailable], ['host', 0, 1]);
  });

  it('keeps a number as it is written', () => {
    assert.deepEqual(
      serviceIn('it').env.find(({ name }) => name === 'NUMBER'),
      { name: 'NUMBER', value: '012' },
    );
  });

  it('names what is not carried out', () => {
    const production = effective(
      workspace({ 'services/order-api/waybill.yaml': service.replace('{ required: true }', 'jdbc') }),
      id,
      'production',
    );
    assert.deepEqual(production.service?.ignored, ['canary']);
  });

  it('refuses a required value that an environment does not give, at its place', () => {
    const answer = effective(workspace(), id, 'production');
    assert.equal(answer.service, undefined);
    assert.deepEqual(messages(answer), ['`DB_URL` has no value in `production`: set it under `environments.production.env`.']);
    assert.equal(
      answer.problems[0]?.location?.range.start.line,
      service.split('\n').findIndex((line) => line.includes('DB_URL')),
    );
  });

  it('shows where each line comes from', () => {
    const { text } = effective(workspace(), id, 'dev');
    const line = (word: string) =>
      text
        .split('\n')
        .find((candidate) => candidate.includes(word))
        ?.replace(/\s+/g, ' ');
    const at = (word: string) => service.split('\n').findIndex((candidate) => candidate.includes(word)) + 1;
    assert.equal(line('cpu:'), ` cpu: "100m" # waybill.yaml:${at('cpu: 100m')}`);
    assert.equal(line('memory:'), ` memory: "1Gi" # waybill.yaml:${at('cpu: 500m')}`);
    assert.equal(line('progressDeadline:'), ' progressDeadline: "600s" # default');
    assert.ok(!text.includes('environments:'));
  });

  it('knows the file and line of every value: overrides, variables, files and standards', () => {
    const { text, plain = '', origins = [] } = effective(workspace(), id, 'dev');
    assert.equal(plain.split('\n').length, text.split('\n').length);
    const originOf = (word: string) => {
      const line = plain.split('\n').findIndex((candidate) => candidate.includes(word));
      return origins.find((origin) => origin.line === line);
    };
    const places = (word: string) =>
      originOf(word)?.from.map(
        ({ location, message }) => `${location.uri.replace('file:///w/', '')}:${location.range.start.line + 1} ${message}`,
      );
    const at = (file: string, word: string) => file.split('\n').findIndex((candidate) => candidate.includes(word)) + 1;
    const cpu = at(service, 'cpu: 100m');
    assert.deepEqual(places('cpu:'), [`services/order-api/waybill.yaml:${cpu} \`waybill.yaml:${cpu}\`, under \`environments.dev\``]);
    assert.deepEqual(places('MODE:'), [
      `services/order-api/waybill.yaml:${at(service, 'MODE:')} \`waybill.yaml:${at(service, 'MODE:')}\``,
      `waybill.environments.yaml:${at(environments, 'name: dev')} \`environment.name\` is \`dev\``,
      `services/order-api/waybill.yaml:${at(service, 'name: order-api')} \`product\` is \`zero-dsp\``,
    ]);
    assert.deepEqual(originOf('progressDeadline:'), {
      line: originOf('progressDeadline:')?.line,
      from: [],
      note: 'The default: nobody wrote it.',
    });
    assert.deepEqual(places('env.REGION'), ['services/order-api/config/common.properties:2 `config/common.properties`']);
    assert.deepEqual(places('jdk.hostPath'), [
      `waybill.standards.yaml:${at(standards, 'name: jdk')} \`jdk\` in the standards \`net-alliance\``,
    ]);
    assert.deepEqual(places('uid:'), [
      `waybill.standards.yaml:${at(standards, 'name: rocky-9')} \`rocky-9\` in the standards \`net-alliance\``,
    ]);
    const scalars = plain.split('\n').flatMap((line, number) => (/^[^#]*[:-] \S/.test(line) ? [number] : []));
    for (const number of scalars)
      assert.ok(
        origins.some((origin) => origin.line === number),
        plain.split('\n')[number],
      );
  });

  it('compares environments by documents without their names and places', () => {
    const [one, other] = ['dev', 'it'].map((name) => effective(workspace(), id, name).plain ?? '');
    const only = (a = '', b = '') => a.split('\n').filter((line) => !b.split('\n').includes(line));
    assert.ok(only(one, other).every((line) => !line.startsWith('# zero-dsp')));
    assert.ok(only(one, other).some((line) => line.includes('DB_URL')));
  });

  it('keeps the manifest of a release free of environments and tag', () => {
    const { manifest } = effective(workspace(), id, 'dev');
    assert.deepEqual(manifest.image, { repository: 'registry.example.com/zero-dsp/order-api' });
    assert.equal(manifest.environments, undefined);
    assert.equal((manifest.scale as { replicas: number }).replicas, 2);
    assert.deepEqual(effective(workspace(), id, 'it').manifest, manifest);
  });

  it('fills in the names of a release when it is deployed, and leaves them as they are before', () => {
    const named = service.replace(
      '  NUMBER: 012',
      `  RELEASE: "\${release.id} \${release.alias} \${release.digest} \${release.tag}"\n  NUMBER: 012`,
    );
    const here = workspace({ 'services/order-api/waybill.yaml': named });
    const before = effective(here, id, 'dev');
    assert.deepEqual(messages(before), []);
    assert.match(before.text, /\$\{release\.id\} \$\{release\.alias\}/);
    const release = { id: 'rel-0123456789ab', alias: 'amber-heron', digest, tag: 'main-1' };
    const filled = `rel-0123456789ab amber-heron ${digest} main-1`;
    assert.ok(effective(here, id, 'dev', release).text.includes(filled));
    assert.ok(recordedEffective(here, id, 'dev', before.manifest, release).text.includes(filled));
    assert.ok(JSON.stringify(before.manifest).includes('release.id'), 'the release is told apart by what is written');
    assert.ok(!effective(here, id, 'dev').text.includes('amber-heron'), 'no release is kept from one question to the next');
    const misspelt = workspace({ 'services/order-api/waybill.yaml': named.replace('release.alias', 'release.alais') });
    assert.match(messages(effective(misspelt, id, 'dev'))[0] ?? '', /`\$\{release\.alais\}` is unknown\. Did you mean `release\.alias`\?/);
  });

  it('says what is unknown, with a guess', () => {
    assert.match(messages(effective(workspace(), 'zero-dsp/order-ap', 'dev'))[0] ?? '', /no service.*Did you mean `zero-dsp\/order-api`\?/);
    assert.match(messages(effective(workspace(), id, 'prod'))[0] ?? '', /no environment `prod`\. Did you mean `production`\?/);
  });

  it('refuses a manifest of another shape', () => {
    const broken = workspace({ 'services/order-api/waybill.yaml': service.replace('scale:', 'skale:') });
    assert.match(messages(effective(broken, id, 'dev'))[0] ?? '', /`skale` is unknown here\. Did you mean `scale`\?/);
    const perEnvironment = workspace({
      'services/order-api/waybill.yaml': service.replace('  dev:\n', '  dev:\n    build: { target: x }\n'),
    });
    assert.ok(messages(effective(perEnvironment, id, 'dev')).some((message) => message.includes('`build` cannot differ in `dev`')));
  });

  it('judges amounts', () => {
    const broken = workspace({ 'services/order-api/waybill.yaml': service.replace('cpu: 100m', 'cpu: many') });
    assert.ok(lintManifest(broken, serviceUri).some((finding) => finding.message.includes('CPU is a number of cores')));
  });
});

describe('build specification', () => {
  it('resolves all that a build needs', () => {
    const { spec, problems } = buildSpec(workspace(), id, { findings: [] });
    assert.deepEqual(problems, []);
    const image = { repository: 'registry.example.com/base/java-tomcat', digest };
    assert.deepEqual(
      { ...present(spec), errors: [], findings: undefined },
      {
        service: 'order-api',
        product: 'zero-dsp',
        context: '/w/services/order-api',
        dockerfile: '/w/services/order-api/Dockerfile',
        args: { WAR: 'target/order-api.war' },
        secrets: [{ id: 'nexus', from: 'vscode:nexus-token' }],
        platforms: ['linux/amd64'],
        repository: 'registry.example.com/zero-dsp/order-api',
        tagTemplate: '{branch}-{sha:8}',
        labels: {},
        pool: 'shared',
        selector: {},
        timeout: 1200,
        standards: { name: 'net-alliance', version: '2026.11.2' },
        base: {
          line: 'java-tomcat-9',
          image,
          os: { name: 'rocky-9', versions: [{ repository: 'registry.example.com/os/rocky', digest }] },
        },
        errors: [],
        findings: undefined,
        immutableTags: ['v*'],
      },
    );
  });

  it('carries the errors that block the build', () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } };
    const finding = { rule: 'user/root', severity: 'error' as const, message: 'root', range, aliases: [], fixes: [] };
    const { spec } = buildSpec(workspace({ 'services/order-api/waybill.yaml': service.replace('{ required: true }', 'jdbc') }), id, {
      findings: [finding, { ...finding, severity: 'warning' }],
      waived: 2,
    });
    assert.deepEqual(spec?.findings, { error: 1, warning: 1, waived: 2 });
    assert.deepEqual(spec?.errors, [
      { rule: 'user/root', message: 'root', location: { uri: 'file:///w/services/order-api/Dockerfile', range } },
    ]);
  });

  it('says when there are no builders', () => {
    const named = workspace({ 'services/order-api/waybill.yaml': service.replace('build:', 'build:\n  pool: sharde') });
    assert.match(buildSpec(named, id, { findings: [] }).problems[0]?.message ?? '', /no builders `sharde`\. Did you mean `shared`\?/);
    const none = workspace({ 'waybill.environments.yaml': environments.replace(/builders:[\s\S]*?environments:/, 'environments:') });
    assert.match(buildSpec(none, id, { findings: [] }).problems[0]?.message ?? '', /No environments file of this workspace lists builders/);
  });
});

describe('model of the workspace', () => {
  it('has services, and environments in promotion order', () => {
    const model = workspaceModel(workspace());
    assert.deepEqual(
      model.services.map((summary) => [summary.id, summary.folder, summary.environments]),
      [
        [id, '/w/services/order-api', ['dev', 'it', 'production']],
        ['zero-dsp/user-api', '/w/services/user-api', ['dev', 'it', 'production']],
      ],
    );
    const production = present(model.environments.find((environment) => environment.name === 'production'));
    assert.deepEqual(production.promote, { from: ['it'], requires: ['soak'], soak: 3600 });
    assert.deepEqual(production.protected, { on: true, confirm: 'type-name', gates: ['approvals'], forbid: [] });
    const member = model.pools[0]?.members[0];
    assert.deepEqual(member?.tls, { ca: '/w/certificates/ca.pem', cert: '~/cert.pem', key: '/etc/key.pem' });
    assert.deepEqual(model.registries, [{ name: 'main', host: 'registry.example.com' }]);
    assert.deepEqual(model.environments.find((environment) => environment.name === 'it')?.secrets, [
      { name: 'order-db', key: 'password', from: 'env:DB' },
    ]);
  });

  it('lays the local file over hosts, contexts and pins, and over nothing else', () => {
    const local = `environments:
  - name: dev
    kubernetes: { context: mine, namespace: other, cluster: { server: "https://127.0.0.1:6443" } }
    protected: { confirm: none }
  - name: it
    compose: { hosts: [{ name: it-1, host: "unix:///tmp/d.sock" }] }
`;
    const model = workspaceModel(workspace({ 'waybill.environments.local.yaml': local }));
    const target = (name: string) => model.environments.find((environment) => environment.name === name)?.target;
    assert.deepEqual(target('dev'), {
      kind: 'kubernetes',
      context: 'mine',
      cluster: { server: 'https://127.0.0.1:6443' },
      namespace: 'zero-dsp-dev',
      createNamespace: true,
    });
    assert.deepEqual(target('it'), {
      kind: 'compose',
      project: 'zero-dsp-it',
      hosts: [{ name: 'it-1', host: 'unix:///tmp/d.sock', labels: { zone: 'a' } }],
      portRange: { low: 12200, high: 12399 },
      placement: 'spread',
    });
    assert.equal(model.environments.length, 3);
  });

  it('names what cannot be used', () => {
    const broken = workspaceModel(
      workspace({ 'waybill.environments.yaml': 'metadata: { product: zero-dsp }\nenvironments: [{ name: dev, kind: kubernetes }]\n' }),
    );
    assert.match(broken.environments[0]?.problems[0]?.message ?? '', /names no kubeconfig context/);
    assert.ok(broken.problems.length > 0);
  });
});
