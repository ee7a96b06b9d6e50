import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pushImage } from '../bench/images.ts';
import type { RegistryAddress } from '../bench/registry.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { waybill } from '../cli/cli.ts';

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const top = mkdtempSync(join(tmpdir(), 'waybill-pinned-'));
after(() => rmSync(top, { recursive: true, force: true }));

async function upload(base: string, blob: string): Promise<void> {
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(begun.headers.get('location') ?? '', base);
  location.searchParams.set('digest', sha256(blob));
  const headers = { 'content-type': 'application/octet-stream' };
  const { status } = await fetch(location, { method: 'PUT', headers, body: blob });
  assert.equal(status, 201);
}

/** An artefact as `oras push` makes it: one layer a file, named by its title. */
async function pushArtefact(registry: RegistryAddress, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const base = `${registry.url}/v2/${name}`;
  for (const blob of ['{}', ...Object.values(files)]) await upload(base, blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
    layers: Object.entries(files).map(([title, text]) => ({
      mediaType: 'application/yaml',
      digest: sha256(text),
      size: Buffer.byteLength(text),
      annotations: { 'org.opencontainers.image.title': title },
    })),
  });
  const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
  const { status } = await fetch(`${base}/manifests/1`, { method: 'PUT', headers, body: manifest });
  assert.equal(status, 201);
  return sha256(manifest);
}

const head = 'apiVersion: waybill.dev/v1\nkind: Standards\n';

describe('waybill lock with a registry', { skip: unavailable('registry'), timeout: 60_000 }, () => {
  let registry: RegistryAddress;
  before(async () => {
    registry = await bench().registry();
  });

  function workspace(name: string, extend: string, dockerfile: string): string {
    const folder = join(top, name);
    mkdirSync(join(folder, '.git'), { recursive: true });
    writeFileSync(join(folder, 'waybill.standards.yaml'), `${head}metadata: { name: team, version: "1" }\nextends: [${extend}]\n`);
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    return folder;
  }

  it('pins an artefact and a floating image, and fails the check when the tag moves', async () => {
    const digest = await pushArtefact(registry, 'standards/company', {
      'waybill.standards.yaml': `${head}metadata: { name: company, version: "1" }\ninclude: ["*.waybill.standards.yaml"]\n`,
      'jdk.waybill.standards.yaml': 'apiVersion: waybill.dev/v1\nkind: StandardsPart\ncomponents: [{ name: jdk, builtin: true }]\n',
      'README.md': 'not ours',
    });
    const image = await pushImage(`${registry.host}/lock/app:1`, { labels: { v: '1' } });
    const folder = workspace('one', `"oci:${registry.host}/standards/company@${digest}"`, `FROM ${registry.host}/lock/app:1\n`);
    const { code, stderr } = await waybill(['lock'], { cwd: folder });
    assert.equal(code, 0, stderr);
    const lock = readFileSync(join(folder, 'waybill.lock.yaml'), 'utf8');
    assert.ok(lock.includes(`  - ref: ${JSON.stringify(`${registry.host}/lock/app:1`)}\n    digest: ${image}\n`), lock);
    const copy = /digest: sha256:([0-9a-f]{64})\n/.exec(lock)?.[1] ?? '';
    assert.match(readFileSync(join(folder, '.waybill/cache/extends', copy, 'jdk.waybill.standards.yaml'), 'utf8'), /name: jdk/);
    const linted = await waybill(['lint', '--format', 'json'], { cwd: folder });
    assert.doesNotMatch(linted.stdout, /standards\/extends|lock\/outdated/);

    assert.equal((await waybill(['lock', '--check'], { cwd: folder })).code, 0);
    const moved = await pushImage(`${registry.host}/lock/app:1`, { labels: { v: '2' } });
    assert.equal((await waybill(['lock', '--check', '--update'], { cwd: folder })).code, 1);
    assert.ok(!readFileSync(join(folder, 'waybill.lock.yaml'), 'utf8').includes(moved), 'a check writes nothing');
    assert.equal((await waybill(['lock', '--update'], { cwd: folder })).code, 0);
    assert.ok(readFileSync(join(folder, 'waybill.lock.yaml'), 'utf8').includes(moved));
  });

  it('refuses an artefact without standards, one that is not there, and an image that is not there', async () => {
    const failure = async (name: string, extend: string, dockerfile = 'FROM scratch\n') => {
      const { code, stderr } = await waybill(['lock'], { cwd: workspace(name, extend, dockerfile) });
      return `${code} ${stderr}`;
    };
    const empty = await pushArtefact(registry, 'standards/empty', { '../waybill.standards.yaml': head });
    assert.match(await failure('two', `"oci:${registry.host}/standards/empty@${empty}"`), /^2[\s\S]*holds no `waybill\.standards\.yaml`/);
    assert.match(await failure('three', `"oci:${registry.host}/standards/none@${sha256('')}"`), /^2[\s\S]*has no artefact/);
    assert.match(await failure('four', '', `FROM ${registry.host}/lock/none:1\n`), /^2[\s\S]*There is no image/);
  });
});
