/** Images on a host: pulled by digest, and what really runs told by digest. */
import type { ImageByDigest } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { statusOf } from '../docker/faults.ts';
import { jsonLines } from '../docker/lines.ts';
import { registryAuth } from '../docker/registryAuth.ts';
import { fail } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import { registryHostOf } from '../registry/reference.ts';
import { imageReference } from './containerSpec.ts';
import { orMissing } from './containers.ts';

export interface InspectedImage {
  readonly Id: string;
  readonly RepoDigests: readonly string[] | null;
  readonly Architecture: string;
  readonly Os: string;
  readonly Config: { readonly Env?: readonly string[] | null; readonly Healthcheck?: unknown; readonly StopSignal?: string } | null;
}

export async function inspectImage(
  connection: DockerConnection,
  reference: string,
  signal: AbortSignal,
): Promise<InspectedImage | undefined> {
  return await orMissing(connection.json<InspectedImage>('GET', `/images/${encodeURI(reference)}/json`, {}, signal));
}

/** The account for one registry, and for no other (S7). */
async function authHeader(credentials: Credentials, repository: string, signal: AbortSignal): Promise<Record<string, string>> {
  return { 'X-Registry-Auth': await registryAuth(credentials, repository, signal) };
}

/** Why an image cannot be had, told apart by the words of engine and registry. */
export function imageFault(
  image: ImageByDigest,
  host: string,
  text: string,
): { readonly kind: string; readonly summary: string; readonly advice: string } {
  const name = imageReference(image);
  if (/unauthorized|authentication required|denied|no basic auth|forbidden/i.test(text)) {
    return {
      kind: 'image-unauthorized',
      summary: `The registry does not let ${host} read ${name}.`,
      advice: `Sign in with \`docker login ${registryHostOf(image.repository)}\`, or ask for read access.`,
    };
  }
  if (/manifest unknown|not found|name unknown|does not exist|repository .* not known/i.test(text)) {
    return {
      kind: 'image-missing',
      summary: `${name} is not in the registry that ${host} asks.`,
      advice: 'Release again, or copy the image by digest into the registry of this environment.',
    };
  }
  if (/no matching manifest|no match for platform|does not match the specified platform/i.test(text)) {
    return {
      kind: 'image-missing',
      summary: `${name} has no image for the platform of ${host}.`,
      advice: 'Build it for the platform of the host.',
    };
  }
  return { kind: 'image-missing', summary: `${host} cannot pull ${name}: ${text}`, advice: 'Check that the host reaches the registry.' };
}

/** True when the host has the image under this very digest. */
export async function hasImage(connection: DockerConnection, image: ImageByDigest, signal: AbortSignal): Promise<boolean> {
  return (await inspectImage(connection, imageReference(image), signal)) !== undefined;
}

/**
 * Asks the registry through the engine whether the image is there (`GET /distribution/{name}/json`).
 * Gives the reason when it is not; undefined when it is.
 */
export async function askRegistry(
  connection: DockerConnection,
  image: ImageByDigest,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string | undefined> {
  const headers = await authHeader(credentials, image.repository, signal);
  try {
    const path = `/distribution/${encodeURI(imageReference(image))}/json`;
    await connection.json('GET', path, { headers, seconds: 30 }, signal);
    return undefined;
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Pulls by digest. Throws `rejected` with the words of the registry. */
export async function pullImage(
  connection: DockerConnection,
  image: ImageByDigest,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<void> {
  if (await hasImage(connection, image, signal)) return;
  const headers = await authHeader(credentials, image.repository, signal);
  const query = { fromImage: image.repository, tag: image.digest };
  const stream = await connection.stream('POST', '/images/create', { query, headers }, signal).catch((error: unknown) => {
    throw statusOf(error) === undefined ? error : pullError(connection, image, error instanceof Error ? error.message : String(error));
  });
  for await (const line of jsonLines(stream.body)) {
    if (typeof line.error === 'string') throw pullError(connection, image, line.error);
  }
  if (!(await hasImage(connection, image, signal))) throw pullError(connection, image, 'the pull ended without the image');
}

function pullError(connection: DockerConnection, image: ImageByDigest, text: string): Error {
  const fault = imageFault(image, connection.host.name, text);
  return fail('rejected', fault.summary, fault.advice);
}

/** The digest under which an image of the host belongs to a repository. */
export async function digestOf(
  connection: DockerConnection,
  imageId: string,
  repository: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const image = await inspectImage(connection, imageId, signal);
  const entries = (image?.RepoDigests ?? []).map((entry) => entry.split('@'));
  return entries.find(([name]) => name === repository)?.[1];
}
