import type { ImageByDigest } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import { errorIn } from './buildReport.ts';
import type { DockerConnection } from './connection.ts';
import { statusOf } from './faults.ts';
import { imagePath, inspectImage } from './images.ts';
import { jsonLines } from './lines.ts';
import { registryAuth } from './registryAuth.ts';

/** Lets the engine have an image by digest; answers its name there. Throws `rejected` with the words of the registry. */
export async function pullImage(
  connection: DockerConnection,
  credentials: Credentials,
  image: ImageByDigest,
  signal: AbortSignal,
): Promise<string> {
  const name = `${image.repository}@${image.digest}`;
  try {
    await inspectImage(connection, name, signal);
    return name;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  const headers = { 'X-Registry-Auth': await registryAuth(credentials, image.repository, signal) };
  const query = { fromImage: image.repository, tag: image.digest };
  try {
    const stream = await connection.stream('POST', '/images/create', { query, headers }, signal);
    for await (const value of jsonLines(stream.body)) {
      const error = errorIn(value);
      if (error !== undefined) throw notPulled(imagePath(name), error);
    }
  } catch (error) {
    throw statusOf(error) === undefined ? error : notPulled(name, error instanceof Error ? error.message : String(error));
  }
  return name;
}

function notPulled(name: string, why: string): Error {
  return fail('rejected', `${decodeURIComponent(name)} could not be pulled: ${why}`, 'Check that the image is there and may be read.');
}
