import { posix } from 'node:path';
import { PassThrough } from 'node:stream';
import type { BuildArtifact } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { BuildEvent, Credentials } from '../ports.ts';
import { stepOutput } from './buildReport.ts';
import type { DockerConnection } from './connection.ts';
import { archiveContext } from './contextArchive.ts';
import { type ContextEntry, listPatterns } from './contextFiles.ts';
import { demultiplex } from './demultiplex.ts';
import { place, statusOf } from './faults.ts';
import { fetchOutput } from './fetchOutput.ts';
import { pullImage } from './pullImage.ts';
import { refuseSecretFiles } from './secretFiles.ts';

/** Where the sources stand in the container. */
const workspace = '/workspace';
/** Seconds that cleaning up may take. */
const farewell = 15;

interface Compiling {
  readonly connection: DockerConnection;
  readonly artifact: BuildArtifact;
  readonly id: string;
  readonly report: (event: BuildEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the compile step in a container of an engine: the image by digest, the folder streamed in, the outputs streamed back. The container is
 * removed whatever happens, and with it what still runs. Throws `refused` for secrets in the folder, `build-failed` for the command's own
 * failure or an output that it did not make.
 */
export async function compileInContainer(
  connection: DockerConnection,
  credentials: Credentials,
  artifact: BuildArtifact,
  report: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const image = imageOf(artifact);
  const entries = await listPatterns(artifact.folder, ['.git', ...(artifact.exclude ?? [])], signal);
  await refuseSecretFiles(entries, signal, 'The folder that is compiled', 'Keep such files out with `build.artifact.exclude`.');
  const name = artifact.command.join(' ');
  report({ type: 'step', id: 'artifact', name, state: 'started' });
  const pulled = await pullImage(connection, credentials, image, signal);
  const created = await connection.json<{ readonly Id: string }>(
    'POST',
    '/containers/create',
    { body: containerOf(artifact, pulled) },
    signal,
  );
  const compiling: Compiling = { connection, artifact, id: created.Id, report, signal };
  try {
    await sendSources(compiling, entries);
    await run(compiling);
    for (const output of artifact.outputs) await fetchOutput(compiling, `${workspace}/${output}`, output, await startOf(compiling));
    report({ type: 'step', id: 'artifact', name, state: 'done', seconds: (performance.now() - began) / 1000 });
  } catch (error) {
    report({ type: 'step', id: 'artifact', name, state: 'failed', error: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    // Not the signal of the build: it is aborted when the container has to go.
    const query = { force: true, v: true };
    await connection
      .json('DELETE', `/containers/${created.Id}`, { query, seconds: farewell }, AbortSignal.timeout(farewell * 1000))
      .catch((error: unknown) => {
        if (statusOf(error) !== 404)
          report({ type: 'warning', message: `A container was left on ${place(connection.host)}: ${created.Id}` });
      });
  }
}

function imageOf({ container = '' }: BuildArtifact): { repository: string; digest: string } {
  const [, repository, digest] = /^(.+?)(?::[\w.-]+)?@(sha256:[0-9a-f]{64})$/.exec(container) ?? [];
  if (repository && digest) return { repository, digest };
  throw fail(
    'refused',
    `\`${container}\` moves: the artifact would be compiled by another image tomorrow.`,
    'Pin `build.artifact.container` by its digest.',
  );
}

/** As root: whatever user the image names, it must be able to write beside the sources. It is gone afterwards. */
function containerOf({ command }: BuildArtifact, image: string): object {
  return {
    Image: image,
    Entrypoint: [],
    Cmd: command,
    WorkingDir: workspace,
    User: '0:0',
    Tty: false,
    Labels: { 'waybill.dev/artifact': 'true' },
    HostConfig: { Init: true },
  };
}

async function sendSources({ connection, id, report, signal }: Compiling, entries: readonly ContextEntry[]): Promise<void> {
  const files = entries.filter((entry) => entry.kind === 'file');
  report({ type: 'context', bytes: files.reduce((sum, file) => sum + file.size, 0), files: files.length });
  const inside = entries.map((entry) => ({ ...entry, path: `${workspace.slice(1)}/${entry.path}` }));
  const archive = archiveContext({ entries: [{ kind: 'folder', path: workspace.slice(1) }, ...inside] }, new Date(0));
  let broken: unknown;
  archive.done.catch((error: unknown) => {
    broken = error;
  });
  // An answer before the archive's end would close it from outside.
  const source = archive.stream.pipe(new PassThrough());
  try {
    const answer = await connection.stream('PUT', `/containers/${id}/archive`, { query: { path: '/' }, source }, signal);
    for await (const _ of answer.body);
  } catch (error) {
    throw broken ?? error;
  } finally {
    archive.stream.destroy();
  }
}

async function run({ connection, artifact, id, report, signal }: Compiling): Promise<void> {
  const output = stepOutput(report, (text) => text);
  await connection.json('POST', `/containers/${id}/start`, { seconds: 60 }, signal);
  const query = { stdout: true, stderr: true, follow: true };
  const stream = await connection.stream('GET', `/containers/${id}/logs`, { query }, signal);
  for await (const frames of demultiplex(stream.body, false)) for (const { bytes } of frames) output.add('artifact', bytes);
  output.flush('artifact');
  const ended = await connection.json<{ readonly StatusCode: number }>('POST', `/containers/${id}/wait`, { seconds: 60 }, signal);
  if (ended.StatusCode !== 0) throw commandFailed(artifact, `status ${ended.StatusCode}`, output.tail('artifact'));
}

/** The engine's own clock; times of files come from there too. */
async function startOf({ connection, id, signal }: Compiling): Promise<Date> {
  const state = await connection.json<{ readonly State: { readonly StartedAt: string } }>('GET', `/containers/${id}/json`, {}, signal);
  return new Date(state.State.StartedAt);
}

/** `tail` are its last lines. */
function commandFailed({ command }: BuildArtifact, how: string, tail: readonly string[]): Error {
  const last = tail.length > 0 ? `\n${tail.join('\n')}` : '';
  return fail(
    'build-failed',
    `\`${posix.basename(command[0] ?? '')}\` ended with ${how}; the artifact was not made.${last}`,
    'See its output.',
  );
}
