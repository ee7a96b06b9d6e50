import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename } from 'node:path';
import { isWaybillError } from '../errors.ts';
import type { BuildEvent, BuildOrder, Credentials } from '../ports.ts';
import { folderName } from './buildExtras.ts';
import type { DockerConnection } from './connection.ts';
import type { BuildContext, ContextEntry } from './contextFiles.ts';
import type { FileDigests } from './fileDigests.ts';
import { answersOf, openSession } from './session.ts';
import { agentOf } from './sshAgent.ts';

/** What a build with BuildKit works with. */
export interface Running {
  readonly connection: DockerConnection;
  readonly ports: { readonly credentials: Credentials; readonly digests: FileDigests };
  readonly order: BuildOrder;
  readonly report: (event: BuildEvent) => void;
  readonly signal: AbortSignal;
}

/** What a build reads. */
export interface Sources {
  readonly context: BuildContext;
  /** Folders of named contexts, by name. */
  readonly folders: ReadonlyMap<string, readonly ContextEntry[]>;
  /** Values of secrets by their ids. */
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/**
 * Builds with a session in which the builder asks for the files that it does not have from an earlier build of the same folder, so only
 * changes are sent. `build` gets the session's id and a signal that is aborted, too, when the engine falls silent. A file that could not be
 * read is the error, whatever the builder makes of it.
 */
export async function withFiles(
  { connection, ports, order, report, signal }: Running,
  { context, folders, values }: Sources,
  build: (session: string, signal: AbortSignal) => Promise<void>,
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
    await build(session.id, watched.signal);
    if (broken !== undefined) throw broken;
    report({ type: 'sent', bytes: sent });
  } catch (error) {
    throw broken ?? error;
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
