/**
 * Compose files, Kubernetes objects and Dockerfiles become manifests. Each source of the folders beside this file has its answer next to
 * it (`.md`: the manifests and the report); `UPDATE=1` writes them anew. What holds for all of them is asserted here.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { importFile } from '../../../server/src/core/features/import/importFile.ts';
import { lintManifest } from '../../../server/src/core/features/lintManifest.ts';
import { changeWorkspace, createWorkspace, fileKind } from '../../../server/src/core/features/workspace.ts';
import type { ImportAnswer } from '../../../server/src/protocol.ts';
import { standards } from '../yamlFixture.ts';

const here = import.meta.dirname;
const uriOf = (path: string) => `file:///w/${path}`;

function workspaceOf(files: Readonly<Record<string, string>>) {
  return createWorkspace({
    files: Object.entries(files).map(([path, text]) => ({ uri: uriOf(path), kind: fileKind(uriOf(path)), text })),
    folders: ['file:///w'],
    today: '2026-11-20',
  });
}

/** A Dockerfile on a base image of the standards stands beside some of the sources. */
const around = workspaceOf({
  'waybill.standards.yaml': standards,
  'web/Dockerfile.prod': 'FROM registry.example.com/base/java-tomcat:9.0.121-r4 AS runtime\n',
  'order-api/Dockerfile': 'FROM registry.example.com/base/java-tomcat:9.0.121-r4\n',
});
const alone = workspaceOf({});

function imported(workspace: typeof alone, path: string, text: string): ImportAnswer {
  const answer = importFile(workspace, { uri: uriOf(path), text });
  assert.ok(!('problem' in answer), 'problem' in answer ? answer.problem : '');
  return answer;
}

for (const folder of ['compose', 'kubernetes', 'dockerfile']) {
  describe(`manifests from ${folder}`, () => {
    const sources = readdirSync(join(here, folder)).filter((file) => !file.endsWith('.md'));
    it('are many', () => assert.ok(sources.length >= (folder === 'dockerfile' ? 3 : 12)));
    for (const source of sources) {
      const path = folder === 'dockerfile' ? source.replace(/^(.*)\.Dockerfile$/, '$1/Dockerfile') : source;
      const text = readFileSync(join(here, folder, source), 'utf8');

      it(`${source}: as written beside it`, () => {
        const { services, report } = imported(around, path, text);
        const manifests = services.map(({ uri, text: manifest }) => `<!-- ${uri} -->\n\n\`\`\`yaml\n${manifest}\`\`\`\n`);
        const actual = `${manifests.join('\n')}\n${report}`;
        const file = join(here, folder, `${source}.md`);
        if (process.env.UPDATE === '1') writeFileSync(file, actual);
        assert.equal(actual, readFileSync(file, 'utf8'));
      });

      for (const [name, workspace] of [['in a workspace with standards', around] as const, ['alone', alone] as const]) {
        it(`${source}: ${name}, without errors and with no secret`, () => {
          const { services, report } = imported(workspace, path, text);
          assert.ok(services.length > 0);
          const whole = changeWorkspace(
            workspace,
            services.map((service) => ({ uri: service.uri, kind: 'service', text: service.text })),
          );
          for (const service of services) {
            const errors = lintManifest(whole, service.uri).filter(
              ({ severity, rule }) => severity === 'error' || rule.startsWith('manifest/'),
            );
            assert.deepEqual(
              errors.map(({ rule, message }) => `${rule}: ${message}`),
              [],
              service.text,
            );
            assert.equal(service.text.includes('undefined'), false, service.text);
          }
          const said = `${services.map((service) => service.text).join('\n')}${report}`;
          for (const secret of secrets) assert.equal(said.includes(secret), false, secret);
        });
      }
    }
  });
}

/** Every secret value of the sources. */
const secrets = [
  ...['somewordpress', 's3cr3t-pw', 'hunter2hunter2', 'q7vK2mXw91zT', 'opensesame1', 'pass-word', 'npm_0123456789'],
  ...['3f9d8c7b6a5e4d3c', 'AKIAIOSFODNN7EXAMPLE'],
];
