// Images without a hub: a root filesystem around Debian's static busybox, as an archive or in a registry.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { command, environment, withClaim } from './component.ts';

/** An image to make: busybox with all its applets, and what is given. */
export interface SeedImage {
  /** The command; `/bin/sh` by default. */
  readonly command?: readonly string[];
  readonly user?: string;
  /** What it says it was built for; this machine's by default. */
  readonly architecture?: string;
  readonly workingFolder?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly exposedPorts?: readonly number[];
  readonly healthCheck?: readonly string[];
  /** Files to add: absolute path in the image to content; paths under `/bin` are executable. */
  readonly files?: Readonly<Record<string, string>>;
}

interface Layer {
  readonly path: string;
  /** Digest of the uncompressed archive, as the image's configuration names it. */
  readonly digest: string;
}

const sha256 = (data: Buffer | string) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** Writes an archive for `docker load` or `ctr images import` under a folder; returns the archive's path. */
export async function imageArchive(folder: string, reference: string, program: readonly string[], image: SeedImage = {}): Promise<string> {
  const layer = await rootLayer(folder, image);
  writeFileSync(join(folder, 'config.json'), imageConfig({ ...image, command: program }, layer));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }]));
  await command('tar', ['-C', folder, '-cf', join(folder, 'image.tar'), 'manifest.json', 'config.json', 'layer.tar']);
  return join(folder, 'image.tar');
}

/**
 * Pushes an image to a registry without any engine, through the distribution API. `reference` is `HOST:PORT/name:tag`.
 * Returns the manifest's digest. Throws with the registry's answer when it refuses.
 */
export function pushImage(reference: string, image: SeedImage = {}, account?: { user: string; password: string }): Promise<string> {
  return withClaim(async (claim) => {
    const layer = await rootLayer(claim.folder(), image);
    const match = /^([^/]+)\/(.+):([^:/]+)$/.exec(reference);
    if (!match?.[1] || !match[2] || !match[3]) throw new Error(`${reference} is not HOST:PORT/name:tag`);
    const base = `http://${match[1]}/v2/${match[2]}`;
    const headers = account ? { authorization: `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}` } : {};
    const config = imageConfig(image, layer);
    const compressed = gzipSync(readFileSync(layer.path), { level: 1 });
    await uploadBlob(base, headers, compressed);
    await uploadBlob(base, headers, Buffer.from(config));
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: Buffer.byteLength(config), digest: sha256(config) },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: compressed.length, digest: sha256(compressed) }],
    });
    await expectOk(
      await fetch(`${base}/manifests/${match[3]}`, { method: 'PUT', headers: { ...headers, 'content-type': mediaType }, body: manifest }),
    );
    await claim.release();
    return sha256(manifest);
  });
}

async function uploadBlob(base: string, headers: Record<string, string>, blob: Buffer): Promise<void> {
  const digest = sha256(blob);
  if ((await fetch(`${base}/blobs/${digest}`, { method: 'HEAD', headers })).ok) return;
  const begun = await expectOk(await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers }));
  const location = new URL(begun.headers.get('location') ?? '', base);
  location.searchParams.set('digest', digest);
  const upload = { method: 'PUT', headers: { ...headers, 'content-type': 'application/octet-stream' }, body: new Uint8Array(blob) };
  await expectOk(await fetch(location, upload));
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(
    `The registry refused ${new URL(response.url).pathname} with ${response.status}: ${(await response.text()).slice(0, 300)}`,
  );
}

async function rootLayer(folder: string, image: SeedImage): Promise<Layer> {
  const root = writeRoot(join(folder, 'root'), image);
  const path = join(folder, 'layer.tar');
  await command('tar', ['-C', root, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-cf', path, '.']);
  return { path, digest: sha256(readFileSync(path)) };
}

/** Writes a root filesystem: busybox and links to it for every applet, /etc/passwd with root and `app` (10001), /tmp and what is given. */
export function writeRoot(root: string, image: SeedImage = {}): string {
  for (const name of ['bin', 'etc', 'tmp', 'var', 'home']) mkdirSync(join(root, name), { recursive: true });
  const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8', env: environment() }).trim();
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const name of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n')) {
    if (name !== '' && name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
  }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\napp:x:10001:10001:app:/home:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\napp:x:10001:\n');
  for (const [path, content] of Object.entries(image.files ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: path.startsWith('/bin/') ? 0o755 : 0o644 });
  }
  return root;
}

function imageConfig(image: SeedImage, layer: Layer): string {
  const second = 1_000_000_000;
  return JSON.stringify({
    architecture: image.architecture ?? (process.arch === 'arm64' ? 'arm64' : 'amd64'),
    os: 'linux',
    config: {
      Cmd: image.command ?? ['/bin/sh'],
      Env: ['PATH=/bin', ...Object.entries(image.env ?? {}).map(([name, value]) => `${name}=${value}`)],
      ...(image.user ? { User: image.user } : {}),
      ...(image.workingFolder ? { WorkingDir: image.workingFolder } : {}),
      ...(image.labels ? { Labels: image.labels } : {}),
      ...(image.exposedPorts ? { ExposedPorts: Object.fromEntries(image.exposedPorts.map((port) => [`${port}/tcp`, {}])) } : {}),
      ...(image.healthCheck ? { Healthcheck: { Test: ['CMD', ...image.healthCheck], Interval: second, Timeout: second, Retries: 3 } } : {}),
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: 'bench seed' }],
  });
}
