import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import * as alone from '../../client/src/cli/dockerfiles.ts';
import * as whole from '../../client/src/cli/language.ts';
import { findPlace } from '../../client/src/cli/lint/place.ts';
import { walk } from '../../client/src/cli/walk.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-alone-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const digest = `sha256:${'a'.repeat(64)}`;
const standards = (name: string, more: string) =>
  `apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: ${name}, version: 1.0.0 }\n${more}`;
const service = (name: string, more: string) =>
  `apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: ${name}, product: shop }\n${more}`;

/** Every way in which a Dockerfile and what counts for it can lie apart. */
const files: Readonly<Record<string, string>> = {
  'waybill.standards.yaml': standards(
    'company',
    [
      'allowedRegistries: [registry.example.com]',
      'osImages:',
      `  - { name: debian-slim, image: registry.example.com/os/debian, family: debian, current: { tag: "12", digest: "${digest}" }, source: { context: images/os, dockerfile: Dockerfile }, user: { name: app, uid: 10001 } }`,
      'baseImages:',
      `  - { name: web, image: registry.example.com/base/web, os: debian-slim, current: { tag: "1", digest: "${digest}" }, source: { context: images/web, dockerfile: Dockerfile }, user: { name: app, uid: 10001 } }`,
      '',
    ].join('\n'),
  ),
  'images/os/Dockerfile': 'FROM debian:12\nENV LANG=C.UTF-8\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n',
  'images/web/Dockerfile': `FROM registry.example.com/os/debian:12@${digest}\nWORKDIR /opt/app\nENTRYPOINT ["/init"]\nUSER 10001\n`,
  'a/Dockerfile': `FROM registry.example.com/base/web:1@${digest}\nCOPY . app\nCMD ["x"]\nEXPOSE 1234\nRUN a | b\n`,
  'a/waybill.yaml': service('a', 'build: { base: web }\nports: [{ name: http, container: 8080 }]\n'),
  'a/.dockerignore': 'secret\n',
  'b/docker/b.Dockerfile': `FROM registry.example.com/base/web:1@${digest} AS run\nFROM run AS last\nUSER root\nCOPY secret /x\n`,
  'b/waybill.yaml': service('b', 'standards: other\nbuild: { context: .., dockerfile: b/docker/b.Dockerfile, target: run }\n'),
  'far/waybill.yaml': service('c', 'standards: nowhere\nbuild: { context: "../c" }\n'),
  'c/Dockerfile': 'FROM node:latest\nRUN apt-get update && apt-get install -y curl\n',
  'd/Dockerfile': 'ARG BASE=registry.example.com/base/web\nFROM $BASE\nENV API_TOKEN=abc1\n',
  'd/waybill.standards.yaml': standards('other', 'extends: ["file:../waybill.standards.yaml"]\nseverity: { secret/in-env: warning }\n'),
  'd/.hadolint.yaml': 'ignored: [DL3007]\nfailure-threshold: error\n',
  'd/e/Dockerfile': 'FROM node:latest\nENV API_TOKEN=abc1\n',
  'f/part.waybill.standards.yaml': 'kind: StandardsPart\nseverity: { secret/in-env: info }\n',
  'f/waybill.standards.yaml': standards('parted', 'include: ["*.waybill.standards.yaml"]\n'),
  'f/Dockerfile': 'FROM scratch\nENV API_TOKEN=abc1\n',
  'f/g/waybill.yaml': service('g', 'build: { context: ".." }\n'),
  'waybill.lock.yaml': `images:\n  - { ref: "node:latest", digest: "sha256:${'1'.repeat(64)}" }\n`,
  '.gitignore': 'ignored/\n',
  'ignored/waybill.yaml': service('i', 'build: { context: ../c }\n'),
  'waybill.environments.yaml':
    'apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: shop }\nenvironments:\n  dev: { target: { kind: kubernetes, namespace: x } }\n',
};

/** The findings by file, from one half of the program. */
async function findings(half: typeof alone, directory: string, paths: readonly string[], options: object = {}) {
  const input = { directory, paths };
  const linted = await half.lintPaths({ ...input, place: findPlace(input), today: new Date('2026-11-24'), ...options });
  return { threshold: linted.threshold, files: linted.files.map(({ path, findings: found }) => ({ path, found })) };
}

async function same(directory: string, paths: readonly string[], options: object = {}): Promise<number> {
  const [one, all] = [await findings(alone, directory, paths, options), await findings(whole, directory, paths, options)];
  assert.deepEqual(one, all, paths.join(' '));
  return one.files.reduce((sum, { found }) => sum + found.length, 0);
}

describe('a Dockerfile that is judged without the rest of its repository', () => {
  const root = join(folder, 'apart');
  for (const [path, text] of Object.entries({ ...files, '.git/HEAD': '' })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const dockerfiles = Object.keys(files).filter((path) => /Dockerfile$/.test(path));

  it('has the findings that it has in the whole of it', async () => {
    const counts = await Promise.all(dockerfiles.map((path) => same(root, [path])));
    assert.ok(counts.reduce((sum, count) => sum + count) > 14, counts.join(' '));
    await Promise.all(dockerfiles.map((path) => same(root, [path], { allRules: true })));
    await Promise.all(dockerfiles.map((path) => same(root, [path], { standards: 'd/waybill.standards.yaml' })));
  });
  it('is pinned as the lock above it says', async () => {
    const { files: judged } = await findings(alone, root, ['c/Dockerfile']);
    assert.match(JSON.stringify(judged[0]?.found.map(({ fixes }) => fixes)), /node:latest@sha256:1{64}/);
  });
  it('in company as well, and from other folders', async () => {
    await same(root, dockerfiles, { allRules: true });
    await same(join(root, 'd'), ['Dockerfile', 'e']);
    await same(root, ['c', 'images']);
  });
  it('is so in the sample', async () => {
    const sample = resolve(import.meta.dirname, '../sample');
    const found = walk({ folder: sample, deep: true }).filter(({ kind }) => kind === 'dockerfile');
    assert.ok(found.length > 8);
    for (const { path } of found) await same(sample, [path], { allRules: true });
  });
});
