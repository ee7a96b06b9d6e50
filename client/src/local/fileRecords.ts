import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseDocument, stringify } from 'yaml';
import { fail } from '../errors.ts';
import type { Records, ReleaseRecord } from '../ports.ts';
import { buildNotes } from './buildNotes.ts';
import { readDeployments } from './deploymentCopies.ts';
import { createFile, replaceFile, withFileLock } from './files.ts';
import { chained } from './hashChain.ts';
import type { Redactor } from './redactor.ts';

export interface FileRecordsOptions {
  /** Takes secret values out of everything that is written (S6). */
  readonly redactor: Redactor;
}

const heading = '# Written by Waybill: a release. Only `deployments` and `evidence` ever grow.\n';
const ignored = '# Written by Waybill: what stays on this machine.\nbuilds.jsonl\n*.lock\n*.tmp\n';

/** Release files and the build journal below `<folder>/.waybill` (model.md §3.5). Nothing that was written is ever changed or removed (S20). */
export function fileRecords({ redactor }: FileRecordsOptions): Records {
  const notes = buildNotes(redactor);
  return {
    async saveRelease(folder, release) {
      await prepare(folder, releaseFolder(folder, release.identity.service));
      const file = releaseFile(folder, release.identity.service, release.id);
      const text = redactor.redact(heading + stringify(release, { lineWidth: 0 }));
      if (await createFile(file, text)) return;
      const existing = read(await readFile(file, 'utf8'));
      if (existing?.identity.image.digest !== release.identity.image.digest) {
        throw fail('conflict', `The file of release \`${release.id}\` holds another image.`, `Move \`${file}\` away and release again.`);
      }
    },

    noteDeployment: (folder, service, release, deployment) =>
      grow(releaseFile(folder, service, release), release, 'deployments', ({ deployments }) => [...deployments, deployment]),

    noteEvidence: (folder, service, release, proof) =>
      grow(releaseFile(folder, service, release), release, 'evidence', ({ evidence = [] }) => [...evidence, proof]),

    releases: (folder, service) => readReleases(folder, service),

    deployments: readDeployments,

    async builds(folder, service, count) {
      const text = await readFile(join(folder, '.waybill', 'builds.jsonl'), 'utf8').catch(() => '');
      const entries: Readonly<Record<string, unknown>>[] = [];
      const lines = text.split('\n');
      for (let at = lines.length - 1; at >= 0 && entries.length < count; at--) {
        const entry = readEntry(lines[at] ?? '');
        if (entry?.service === service) entries.push(entry);
      }
      return entries;
    },

    appendBuild: async (folder, entry) => void (await append(folder, entry, async () => true)),

    building: {
      ...notes,
      settle: (folder, id, entry) =>
        append(folder, { ...entry, id }, async (journal) => {
          // Under the journal's lock: of two windows only one writes.
          if (!(await notes.isThere(folder, id))) return false;
          const recorded = journal.split('\n').some((line) => readEntry(line)?.id === id);
          if (recorded) await notes.remove(folder, id);
          return !recorded;
        }),
    },
  };

  /** One list of a release's file with more at its end; everything else, and its comments, stay. */
  async function grow(
    file: string,
    release: string,
    list: 'deployments' | 'evidence',
    grown: (known: ReleaseRecord) => readonly unknown[],
  ): Promise<void> {
    await withFileLock(file, async () => {
      const document = parseDocument(await readText(file, release));
      const known = read(document.toString());
      if (!known) throw fail('internal', `The file of release \`${release}\` cannot be read.`, `Restore \`${file}\` from version control.`);
      document.set(list, document.createNode(grown(known)));
      await replaceFile(file, redactor.redact(document.toString({ lineWidth: 0 })));
    });
  }

  async function append(
    folder: string,
    entry: Readonly<Record<string, unknown>>,
    wanted: (journal: string) => Promise<boolean>,
  ): Promise<boolean> {
    await prepare(folder, join(folder, '.waybill'));
    const file = join(folder, '.waybill', 'builds.jsonl');
    return await withFileLock(file, async () => {
      const before = await readFile(file, 'utf8').catch(() => '');
      if (!(await wanted(before))) return false;
      const journal = await open(file, 'a');
      try {
        await journal.appendFile(chained(before, JSON.parse(redactor.redact(JSON.stringify(entry)))));
        await journal.sync();
      } finally {
        await journal.close();
      }
      if (typeof entry.id === 'string') await notes.remove(folder, entry.id);
      return true;
    });
  }
}

function readEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function readReleases(folder: string, service: string): ReturnType<Records['releases']> {
  const directory = releaseFolder(folder, service);
  const names = await readdir(directory).catch(() => []);
  const releases: ReleaseRecord[] = [];
  const unreadable: string[] = [];
  for (const name of names.filter((name) => name.endsWith('.yaml'))) {
    const file = join(directory, name);
    const release = await readFile(file, 'utf8').then(read, () => undefined);
    if (!release || `${release.id}.yaml` !== name) unreadable.push(file);
    else if (!service.includes('/') || release.identity.service === service) releases.push(release);
  }
  releases.sort((a, b) => b.build.started.localeCompare(a.build.started) || a.id.localeCompare(b.id));
  return { releases, unreadable };
}

async function prepare(folder: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await createFile(join(folder, '.waybill', '.gitignore'), ignored);
}

/** Releases are kept by the service's name without its product: one product per environments file. */
function releaseFolder(folder: string, service: string): string {
  return join(folder, '.waybill', 'releases', safeName(service.slice(service.lastIndexOf('/') + 1)));
}

function releaseFile(folder: string, service: string, release: string): string {
  return join(releaseFolder(folder, service), `${safeName(release)}.yaml`);
}

function safeName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return name;
  throw fail('internal', `\`${name}\` cannot be the name of a record.`, 'Correct `metadata.name` in the manifest.');
}

async function readText(file: string, release: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw fail('configuration', `There is no file of release \`${release}\`.`, 'Fetch the records of your colleagues, then try again.', {
      cause,
    });
  }
}

/** A release record, when the text is one. */
function read(text: string): ReleaseRecord | undefined {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return undefined;
  }
  return isRelease(value) ? { ...value, deployments: value.deployments ?? [], tags: value.tags ?? [] } : undefined;
}

function isRelease(value: unknown): value is ReleaseRecord {
  const release = object(value);
  const identity = object(release.identity);
  const image = object(identity.image);
  const build = object(release.build);
  return (
    release.kind === 'Release' &&
    [release.id, release.alias, identity.service, identity.manifestHash, image.repository, image.digest, build.started].every(
      (member) => typeof member === 'string',
    ) &&
    [release.manifest, release.source].every((member) => typeof member === 'object' && member !== null) &&
    [release.deployments ?? [], release.tags ?? []].every(Array.isArray)
  );
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
