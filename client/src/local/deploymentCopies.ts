import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parse } from 'yaml';
import type { DeploymentCopy, ReleaseRecord } from '../ports.ts';

/** So many files are read without a pause. */
const slice = 100;

/**
 * The exported copies in all release files below a folder. They are written by Waybill, line by line in one shape, and are read so:
 * ten thousand of them must open at once. A file in any other shape is read by the YAML parser.
 */
export async function readDeployments(
  folder: string,
): Promise<{ readonly copies: readonly DeploymentCopy[]; readonly unreadable: readonly string[] }> {
  const root = join(folder, '.waybill', 'releases');
  const services = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = services.filter((service) => service.isDirectory()).map(({ name }) => join(root, name));
  const names = await Promise.all(folders.map((at) => readdir(at)));
  const files = names.flatMap((list, index) => list.filter((name) => name.endsWith('.yaml')).map((name) => `${folders[index]}/${name}`));
  const copies: DeploymentCopy[] = [];
  const unreadable: string[] = [];
  for (const [index, file] of files.entries()) {
    // Small files are read faster one after another than through the pool of threads; in between others have their turn.
    if (index % slice === slice - 1) await setImmediate();
    const found = copiesIn(file);
    if (found) copies.push(...found);
    else unreadable.push(file);
  }
  return { copies, unreadable };
}

function copiesIn(file: string): readonly DeploymentCopy[] | undefined {
  try {
    return copiesOf(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Undefined for a text that is no release. */
export function copiesOf(text: string): readonly DeploymentCopy[] | undefined {
  return quick(text) ?? thorough(text);
}

type Deployment = DeploymentCopy['deployment'];

/** Undefined where a line is not in the shape that is written. */
function quick(text: string): readonly DeploymentCopy[] | undefined {
  const at = text.indexOf('\ndeployments:');
  const head = text.slice(0, at);
  const member = (pattern: RegExp): string | undefined => plain(pattern.exec(head)?.[1] ?? '"');
  const [service, release, alias, digest] = [
    member(/^ {2}service: (.+)$/m),
    member(/^id: (.+)$/m),
    member(/^alias: (.+)$/m),
    member(/^ {4}digest: (.+)$/m),
  ];
  if (at < 0 || !service || !release || !alias || !digest) return undefined;
  const deployments = deploymentLines(text.slice(at + 1));
  const tag = member(/^tags:\n {2}- (.+)$/m) ?? '';
  return deployments?.map((deployment) => ({ service, release, alias, tag, digest, deployment }));
}

function deploymentLines(text: string): readonly Deployment[] | undefined {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  if (first === 'deployments: []') return [];
  if (first !== 'deployments:') return undefined;
  const found: Record<string, unknown>[] = [];
  for (const line of lines) {
    const [, start, name = '', written = ''] = /^ {2}([- ]) (\w+): (.*)$/.exec(line) ?? [];
    if (start === undefined) return undefined;
    if (start === '-') found.push({});
    const value = plain(written);
    const last = found.at(-1);
    if (value === undefined || !last) return undefined;
    last[name] = name === 'seconds' ? Number(value) : name === 'rollback' ? value === 'true' : value;
  }
  return found.every(isDeployment) ? found : undefined;
}

/** The text of a scalar on one line; undefined for one that YAML reads in another way than it is written. */
function plain(written: string): string | undefined {
  if (/^"[^"\\]*"$/.test(written)) return written.slice(1, -1);
  return written === '' || /^[\s"'[\]{}>|*&!%#`@,?]|^- |: |:$| #|\s$/.test(written) ? undefined : written;
}

function thorough(text: string): readonly DeploymentCopy[] | undefined {
  try {
    const release: Partial<ReleaseRecord> | null = parse(text);
    const { identity, id, alias } = release ?? {};
    if (!identity?.service || !identity.image?.digest || !id) return undefined;
    const told = {
      service: identity.service,
      release: id,
      alias: alias ?? '',
      tag: release?.tags?.[0] ?? '',
      digest: identity.image.digest,
    };
    return (release?.deployments ?? []).filter(isDeployment).map((deployment) => ({ ...told, deployment }));
  } catch {
    return undefined;
  }
}

function isDeployment(value: unknown): value is Deployment {
  if (typeof value !== 'object' || value === null) return false;
  const { environment, at, by, result } = value as Partial<Deployment>;
  return typeof environment === 'string' && typeof at === 'string' && typeof by === 'string' && typeof result === 'string';
}
