import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename } from 'node:path';
import { isWaybillError } from '../errors.ts';
import type { BuildEvent, BuildOrder, Credentials } from '../ports.ts';
import { cachesOf, extraAttributes, folderName } from './buildExtras.ts';
import type { BuildkitProgress } from './buildkitProgress.ts';
import type { DockerConnection } from './connection.ts';
import type { BuildContext, ContextEntry } from './contextFiles.ts';
import type { Attestations } from './demands.ts';
import type { FileDigests } from './fileDigests.ts';
import { answersOf, openSession } from './session.ts';
import { solve } from './solve.ts';
import { agentOf } from './sshAgent.ts';

interface Running {
  readonly connection: DockerConnection;
  readonly ports: { readonly credentials: Credentials; readonly digests: FileDigests };
  readonly order: BuildOrder;
  readonly report: (event: BuildEvent) => void;
  readonly signal: AbortSignal;
}

/** What a build reads, and what is to be said of its image. */
interface Sources {
  readonly context: BuildContext;
  /** Folders of named contexts, by name. */
  readonly folders: ReadonlyMap<string, readonly ContextEntry[]>;
  readonly attestations: Attestations;
}

/**
 * Builds over `Control/Solve`: the builder asks for the files that it does not have from an earlier build of the same folder, so only changes
 * are sent.
 */
export async function buildBySolve(
  { connection, ports, order, report, signal }: Running,
  { context, folders, attestations }: Sources,
  values: ReadonlyMap<string, Uint8Array>,
  progress: BuildkitProgress,
): Promise<void> {
  let sent = 0;
  let broken: unknown;
  const files = {
    folders: new Map([
      ['context', context.entries],
      ['dockerfile', await dockerfileFolder(order.spec.dockerfile)],
      ...[...folders].map(([name, entries]) => [folderName(name), entries] as const),
    ]),
    date: order.sourceDate,
    digests: ports.digests,
    sent: (folder: string, bytes: number) => {
      if (folder !== 'dockerfile') sent += bytes;
    },
    failed: (error: unknown) => {
      // What is wrong at the builder's end it says itself.
      if (isWaybillError(error)) broken ??= error;
    },
  };
  const watched = connection.watch(signal);
  const answers = { ...answersOf(ports.credentials, values), ...agentOf(order.spec), files };
  const session = await openSession(connection, answers, watched.signal, shareKey(order)).catch((error: unknown) => {
    watched.done();
    throw error;
  });
  try {
    const attributes = { ...attributesOf(order), ...extraAttributes(order.spec, attestations) };
    const wanted = { session: session.id, attributes, tags: order.tags, caches: cachesOf(order.spec) };
    const { id, error } = await solve(connection, wanted, progress.takeTrace, watched.signal);
    if (broken !== undefined) throw broken;
    report({ type: 'sent', bytes: sent });
    progress.take(error === undefined ? { id: 'moby.image.id', aux: { ID: id } } : { errorDetail: { message: error } });
  } finally {
    session.close();
    watched.done();
  }
}

/** The Dockerfile and its own ignore file, under their own names. */
async function dockerfileFolder(dockerfile: string): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  for (const file of [dockerfile, `${dockerfile}.dockerignore`]) {
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile()) entries.push({ kind: 'file', path: basename(file), file, size: found.size, executable: false });
  }
  return entries;
}

/** Builds of one folder by one person on one machine find what they sent before. */
function shareKey({ spec }: BuildOrder): string {
  return createHash('sha256').update(`${hostname()}\n${userInfo().username}\n${spec.context}`).digest('hex');
}

/** github.com/moby/buildkit/frontend/dockerui. */
function attributesOf({ spec, labels, sourceDate }: BuildOrder): Record<string, string> {
  const args = { SOURCE_DATE_EPOCH: String(Math.floor(sourceDate.getTime() / 1000)), ...spec.args };
  return {
    filename: basename(spec.dockerfile),
    'image-resolve-mode': 'default',
    ...(spec.target === undefined ? {} : { target: spec.target }),
    ...(spec.platforms[0] === undefined ? {} : { platform: spec.platforms[0] }),
    ...prefixed('build-arg:', args),
    ...prefixed('label:', { ...spec.labels, ...labels }),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
