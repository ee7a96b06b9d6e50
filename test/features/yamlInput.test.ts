import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { environments, service, standards } from './yamlFixture.ts';

const manifest =
  'apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: a, product: p }\nimage: { repository: registry.example.com/p/a }\n';
/** What is wrong in every case besides: it shows that the rest is judged. */
const wrong = 'scale: { replicas: x }\n';
const other = '`replicas` is a text. It should be a whole number.';

/** Findings as `line:character text from there on … | message`, of one file or of several. */
function errorsIn(files: Readonly<Record<string, string>>): readonly string[] {
  const list = Object.entries(files).map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text }));
  const workspace = createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
  return list.flatMap(({ uri, text }) => {
    const lines = text.split('\n');
    return lintManifest(workspace, uri)
      .filter(({ severity }) => severity === 'error')
      .map(({ range: { start, end }, message }) => {
        const last = start.line === end.line ? end.character : undefined;
        return `${start.line + 1} ${JSON.stringify(lines[start.line]?.slice(start.character, last))} ${message}`;
      });
  });
}

const errors = (text: string) => errorsIn({ 'a/waybill.yaml': text });
const replicas = (line: number) => `${line} "x" ${other}`;

describe('broken YAML is told at its place, and the rest is judged', () => {
  it('tabs', () => {
    assert.deepEqual(errors(`${manifest}ports:\n\t- { name: http, port: 8080 }\n${wrong}`), [
      '6 "\\t" Tabs cannot indent YAML. Use spaces.',
      replicas(7),
    ]);
  });

  it('broken indentation', () => {
    assert.deepEqual(errors(`${manifest}resources:\n  requests: { cpu: 100m }\n limits: { memory: 1Gi }\n${wrong}`), [
      '7 " " The indentation does not fit the lines above.',
      replicas(8),
    ]);
  });

  it('half-typed flow maps, at the brackets that are open', () => {
    assert.deepEqual(errors(`${manifest}resources: { requests: { cpu: 100m\n${wrong}`), [
      '5 "{" This `{` is not closed.',
      '5 "{" This `{` is not closed.',
      replicas(6),
    ]);
  });

  it('a quote that is not closed: nobody knows where the text should end, so what stands above is judged', () => {
    assert.deepEqual(errors(`${manifest}${wrong}env:\n  A: "half\nports: []\n`), [replicas(5), '7 "\\"" This `"` is not closed.']);
  });

  it('two documents in one file', () => {
    assert.deepEqual(errors(`${manifest}${wrong}---\n${manifest}`), [
      replicas(5),
      '6 "---" One file holds one document: remove the `---` and what follows it.',
    ]);
  });

  it('an alias of itself', () => {
    assert.deepEqual(errors(`${manifest}${wrong}env: &e\n  A: *e\n`), [replicas(5), '7 "*e" There is no `&e` above this line.']);
  });

  it('nothing, a word, a list, and bytes that are no text', () => {
    const map = 'This file should be a map: it begins with `apiVersion: waybill.dev/v1`.';
    assert.deepEqual(errors(''), []);
    assert.deepEqual(errors('hello'), [`1 "hello" ${map}`]);
    assert.deepEqual(errors('- a\n- b\n'), [`1 "- a" ${map}`]);
    assert.equal(errors('\0\u0001\uFFFD'.repeat(1000)).length, 1);
  });
});

describe('files that are too much are bounded', () => {
  const quick = (text: string) => {
    const before = process.cpuUsage();
    const found = errors(text);
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1000 < 2_000, `${(user + system) / 1000} ms`);
    return found;
  };

  it('aliases that unfold to ten thousand million values', () => {
    const letters = [...'abcdefghij'];
    const bomb = letters.slice(1).map((to, index) => `x-${to}: &${to} [${Array(10).fill(`*${letters[index]}`).join(', ')}]\n`);
    assert.deepEqual(quick(`${manifest}x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb.join('')}${wrong}`), [
      '9 "*d" The aliases of this file unfold to too much: they are left out from here on. Write the values out.',
      replicas(15),
    ]);
  });

  it('ten megabytes', () => {
    assert.deepEqual(quick(`${manifest}env:\n${'  NAME: "a long value, again and again"\n'.repeat(260_000)}`), [
      '1 "" This file is larger than 2 MB and is not checked. Split it, or exclude it.',
    ]);
  });

  it('ten thousand brackets', () => {
    const found = quick(`${manifest}${wrong}x-a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`);
    assert.equal(found[0], replicas(5));
    assert.ok(
      found.slice(1).every((message) => /nested (?:more than 200 levels|too) deep/.test(message)),
      found.join('\n'),
    );
  });
});

describe('a file that is not what its name says', () => {
  it('holds another kind of ours: that is said, and nothing of its keys', () => {
    const renamed = (kind: string, file: string, own: string) =>
      `2 "${kind}" \`kind: ${kind}\` belongs in a file \`${file}\`; this file is a \`kind: ${own}\` by its name. Rename it, or correct the kind.`;
    assert.deepEqual(errors(standards), [renamed('Standards', 'waybill.standards.yaml', 'Service')]);
    assert.deepEqual(errorsIn({ 'waybill.environments.yaml': service }), [renamed('Service', 'waybill.yaml', 'Environments')]);
  });

  it('holds a file of another program', () => {
    assert.deepEqual(errors('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: 1 }\n'), [
      '1 "apps/v1" `apps/v1` is not known here. It is always `waybill.dev/v1`.',
      '2 "Deployment" `kind: Deployment` is a file of another program; this file is a `kind: Service` by its name. Give it another name.',
    ]);
  });

  it('an apiVersion that is unknown: the known one is named, the rest is judged', () => {
    assert.deepEqual(errors(`${manifest.replace('/v1', '/v9')}${wrong}`), [
      '1 "waybill.dev/v9" `waybill.dev/v9` is not known here. It is always `waybill.dev/v1`.',
      replicas(5),
    ]);
  });
});

describe('names that are there twice', () => {
  const company = (name: string, parent = '') =>
    `apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: ${name}, version: 1.0.0 }\n${parent ? `extends: ["${parent}"]\n` : ''}osImages: 5\n`;
  const list = '4 "osImages" `osImages` is the number 5. It should be a list (`- entry`).';

  it('two standards with one name, and what else is wrong in them', () => {
    const found = errorsIn({ 'a/waybill.standards.yaml': company('one'), 'b/waybill.standards.yaml': company('one') });
    assert.equal(found.filter((text) => text.startsWith('3 "one" The standards `one` are defined twice')).length, 2);
    assert.equal(found.filter((text) => /osImages/.test(text)).length, 2, `${found.join('\n')}\n${list}`);
  });

  it('standards that extend each other', () => {
    const found = errorsIn({
      'a/waybill.standards.yaml': company('a', 'file:../b/waybill.standards.yaml'),
      'b/waybill.standards.yaml': company('b', 'file:../a/waybill.standards.yaml'),
    });
    assert.ok(
      found.includes(
        '4 "\\"file:../b/waybill.standards.yaml\\"" These standards extend themselves: `a` → `b` → `a`. Remove one of the references.',
      ),
    );
    assert.equal(found.filter((text) => /osImages/.test(text)).length, 2);
  });

  it('a service in two products, whose images would be one', () => {
    const found = errorsIn({ 'a/waybill.yaml': manifest + wrong, 'b/waybill.yaml': manifest.replace('product: p', 'product: q') });
    assert.deepEqual(found, [
      '4 "registry.example.com/p/a" The repository `registry.example.com/p/a` also belongs to `q/a`: their releases could not be told apart.',
      replicas(5),
      '4 "registry.example.com/p/a" The repository `registry.example.com/p/a` also belongs to `p/a`: their releases could not be told apart.',
    ]);
  });

  it('an environments file twice', () => {
    const found = errorsIn({ 'waybill.environments.yaml': environments, 'old/waybill.environments.yaml': environments });
    assert.deepEqual(
      found.map((text) => text.slice(0, 72)),
      Array(2).fill('3 "zero-dsp" The environments of `zero-dsp` are in two files of this wor'),
    );
  });
});
