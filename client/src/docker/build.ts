import { readFile } from 'node:fs/promises';
import { fail } from '../errors.ts';
import type { BuildEvent, BuildOrder, BuiltImage, Credentials, Secrets } from '../ports.ts';
import { buildByArchive, buildBySession } from './buildByRequest.ts';
import { buildBySolve } from './buildBySolve.ts';
import { type BuildkitProgress, buildkitProgress } from './buildkitProgress.ts';
import { type BuildOutcome, type BuildProgress, hiding, stepOutput } from './buildReport.ts';
import { classicProgress } from './classicProgress.ts';
import type { DockerConnection } from './connection.ts';
import { type BuildContext, listContext, unreadable } from './contextFiles.ts';
import { judgeDemands } from './demands.ts';
import { stepLines } from './dockerfileSteps.ts';
import { cancelled, place } from './faults.ts';
import type { FileDigests } from './fileDigests.ts';
import { imageHistory, inspectImage } from './images.ts';
import { namedFolders } from './namedFolders.ts';
import { refuseSecretFiles } from './secretFiles.ts';
import { speaksSolve } from './version.ts';

export interface BuildPorts {
  readonly credentials: Credentials;
  readonly digests: FileDigests;
  readonly secrets: Secrets;
}

interface Running {
  readonly connection: DockerConnection;
  readonly ports: BuildPorts;
  readonly order: BuildOrder;
  readonly report: (event: BuildEvent) => void;
  readonly signal: AbortSignal;
}

const warnBytes = 100 * 1024 * 1024;

/**
 * Builds an image on an engine: BuildKit when it has it, else the classic builder. Success is an image id and no error in the stream,
 * never the HTTP status. Errors: `refused` before anything is sent (secret files, options that the builder lacks), `build-failed` at
 * the line of the Dockerfile, `unreachable`, `cancelled`. Whatever ends it, nothing goes on running on the engine.
 */
export async function buildImage(
  connection: DockerConnection,
  ports: BuildPorts,
  order: BuildOrder,
  report: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const began = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLong(order)), order.spec.timeout * 1000);
  const running: Running = { connection, ports, order, report, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    return await build(running, began);
  } catch (error) {
    if (limit.signal.aborted && !signal.aborted) throw limit.signal.reason;
    if (signal.aborted) throw cancelled(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(order: BuildOrder): Error {
  return fail(
    'build-failed',
    `The build did not end within ${order.spec.timeout} s and was stopped.`,
    'Find the step that hangs in its output, or raise build.timeout in waybill.yaml.',
  );
}

async function build(running: Running, began: number): Promise<BuiltImage> {
  const { connection, order, signal } = running;
  const version = await connection.version(signal);
  const buildkit = version.buildkit;
  const attestations = await judgeDemands(connection, version, order.spec, running.report, signal);
  const text = await readFile(order.spec.dockerfile, 'utf8').catch((error: unknown) => {
    throw unreadable(order.spec.dockerfile, error);
  });
  if (!buildkit && /^\s*(RUN\s+--mount|COPY\s+--link|RUN\s+<<)/im.test(text))
    refuseClassic(running, 'the Dockerfile uses mounts, links or here-documents');
  const context = await listContext(order.spec.context, order.spec.dockerfile, signal);
  await refuseSecretFiles(context.entries, signal);
  const folders = await namedFolders(order.spec, signal);
  tellContext(running, context);
  const values = await readSecrets(running);
  const hide = hiding([...values.values()]);
  const output = stepOutput(running.report, hide);
  const lines = stepLines(text);
  const progress = buildkit
    ? buildkitProgress(running.report, output, lines, hide)
    : classicProgress(running.report, output, lines, hide, () => performance.now());
  const sources = { context, folders, values };
  if (!isBuildkit(progress)) await buildByArchive(running, context, text, progress);
  else if (speaksSolve(version)) await buildBySolve(running, sources, attestations, progress);
  else await buildBySession(running, sources, progress);
  const id = imageOf(running, progress.outcome());
  const [image, history] = await Promise.all([inspectImage(connection, id, signal), imageHistory(connection, id, signal)]);
  const { cached, ran } = progress.outcome();
  return {
    ...image,
    history: history.map((entry) => ({ ...entry, createdBy: hide(entry.createdBy) })),
    member: connection.host.name,
    engine: buildkit ? 'buildkit' : 'classic',
    seconds: (performance.now() - began) / 1000,
    steps: { cached, ran },
  };
}

function isBuildkit(progress: BuildProgress): progress is BuildkitProgress {
  return 'takeTrace' in progress;
}

function refuseClassic(running: Running, why: string): never {
  throw fail(
    'refused',
    `${place(running.connection.host)} has only the classic builder, which cannot build this: ${why}.`,
    'Enable BuildKit on that engine (features.buildkit in daemon.json), or choose another builder.',
  );
}

function tellContext({ report }: Running, context: BuildContext): void {
  report({ type: 'context', bytes: context.bytes, files: context.files });
  if (context.skipped.length > 0) {
    report({ type: 'warning', message: `Sockets and devices are not sent: ${context.skipped.slice(0, 10).join(', ')}` });
  }
  if (context.bytes <= warnBytes) return;
  const sized = context.entries.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  const largest = sized.sort((a, b) => b.size - a.size).slice(0, 20);
  const list = largest.map((file) => `${file.path} (${megabytes(file.size)})`).join(', ');
  report({ type: 'warning', message: `The build context is ${megabytes(context.bytes)}. Largest files: ${list}` });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

async function readSecrets({ ports, order, signal }: Running): Promise<ReadonlyMap<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>();
  for (const secret of order.spec.secrets) values.set(secret.id, await ports.secrets.read(secret.from, signal));
  return values;
}

function imageOf(running: Running, outcome: BuildOutcome): string {
  const { order } = running;
  if (outcome.error === undefined && outcome.id !== undefined) return outcome.id;
  const why = outcome.error ?? 'the builder ended without an image';
  const tail = outcome.output.length > 0 ? `\n${outcome.output.join('\n')}` : '';
  throw fail(
    'build-failed',
    `The build of ${order.spec.service} failed: ${firstLines(why)}${tail}`,
    adviceForOutput(`${why}${tail}`) ?? adviceFor(why),
    {
      at: { file: order.spec.dockerfile, line: outcome.line ?? 1 },
    },
  );
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 3).join(' ').trim();
}

/** What a step itself may have said. */
function adviceForOutput(text: string): string | undefined {
  if (/no space left on device/i.test(text)) {
    return 'The disk of the builder is full: clean its build cache (`docker builder prune`) and images there, or choose another builder.';
  }
  if (/exec format error/i.test(text)) return 'That builder cannot run programs of this platform: choose one that is of the platform.';
  return undefined;
}

function adviceFor(why: string): string {
  if (/unauthorized|authentication required|authorization failed|denied/i.test(why)) return 'Sign in to that registry with `docker login`.';
  if (/[\w.-]+\/\S+: not found|manifest unknown|manifest for \S+ not found/i.test(why) && !/cache key/.test(why)) {
    return 'Check that the base image exists in its registry.';
  }
  if (/InvalidBaseImagePlatform/.test(why))
    return 'Name a base image that exists for the platform, or take the platform out of `build.platforms`.';
  if (/dial tcp|no such host|i\/o timeout|connection refused/i.test(why)) {
    return 'The builder could not reach something on its network: check the names that the Dockerfile uses (a `# syntax` line needs its registry).';
  }
  return 'Correct the line of the Dockerfile that the message names, and build again.';
}
