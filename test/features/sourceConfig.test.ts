/** A base image whose standards state no configuration is judged by its own Dockerfile, where that lies in the workspace. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { changeWorkspace, createWorkspace, type WorkspaceFile } from '../../server/src/core/features/workspace.ts';

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const standards = `
apiVersion: waybill.dev/v1
kind: Standards
metadata: { name: shop, version: 1.0.0, owner: a@example.com }
registries: [{ name: main, host: registry.example.com }]
osImages:
  - { name: os, image: registry.example.com/os/os, current: { tag: "1", digest: "${digest('a')}" }, source: { context: images/os, dockerfile: Dockerfile }, family: debian, version: "1" }
baseImages:
  - { name: web, image: registry.example.com/base/web, os: os, current: { tag: "2", digest: "${digest('b')}" }, source: { context: images/web, dockerfile: Dockerfile } }
`;
const os = 'FROM scratch\nCOPY root /\nENV LANG=C\n';
const web = (end: string) => `FROM registry.example.com/os/os:1@${digest('a')}\nENV HOME=/opt/app\nWORKDIR /opt/app\n${end}`;
const service = `FROM registry.example.com/base/web:2@${digest('b')}\nCOPY app /opt/app/\n`;

const file = (path: string, text: string, kind: WorkspaceFile['kind'] = 'dockerfile'): WorkspaceFile => ({
  uri: `file:///shop/${path}`,
  kind,
  text,
});
const workspace = (base: string) =>
  createWorkspace({
    files: [
      file('waybill.standards.yaml', standards, 'standards'),
      file('images/os/Dockerfile', os),
      file('images/web/Dockerfile', base),
      file('services/a/Dockerfile', service),
    ],
    folders: ['file:///shop'],
    today: '2026-11-24',
  });
const rules = (of: ReturnType<typeof workspace>) =>
  lintDockerfile(parseDockerfile('file:///shop/services/a/Dockerfile', service), of).map(({ rule }) => rule);

describe('the configuration of an image from its Dockerfile', () => {
  it('tells user, working directory and environment, also through the OS image', () => {
    const image = workspace(web('USER 10001\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n')).standards[0]?.images.find(
      ({ name }) => name === 'web',
    );
    assert.equal(image?.config?.user, '10001');
    assert.equal(image?.config?.workdir, '/opt/app');
    assert.deepEqual(image?.config?.env, { LANG: 'C', HOME: '/opt/app' });
    assert.deepEqual(image?.config?.shell, ['/bin/bash', '-o', 'pipefail', '-c']);
  });

  it('shows that a service runs as root because its base does, and stops when the base is mended', () => {
    const bad = workspace(web(''));
    assert.ok(rules(bad).includes('user/root'), rules(bad).join());
    const good = changeWorkspace(bad, [file('images/web/Dockerfile', web('USER 10001\n'))]);
    assert.ok(!rules(good).includes('user/root'), rules(good).join());
  });

  it('takes the user from the standards where the Dockerfile names none, and is unknown without the file', () => {
    const stated = standards.replace('source: { context: images/', 'user: { name: app, uid: 10001 }, source: { context: images/');
    const told = changeWorkspace(
      createWorkspace({
        files: [file('images/os/Dockerfile', 'FROM elsewhere/os:1\n'), file('waybill.standards.yaml', stated, 'standards')],
        folders: ['file:///shop'],
        today: '2026-11-24',
      }),
      [],
    );
    assert.equal(told.standards[0]?.images.find(({ name }) => name === 'os')?.config?.user, '10001');
    const without = changeWorkspace(workspace(web('')), [], ['file:///shop/images/web/Dockerfile']);
    assert.equal(without.standards[0]?.images.find(({ name }) => name === 'web')?.config, undefined);
  });
});
