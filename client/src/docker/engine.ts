import type { BuilderMember, ImageByDigest } from '../../../server/src/protocol.ts';
import type { Credentials, Engine, Engines, Secrets } from '../ports.ts';
import type { OciRegistry } from '../registry/index.ts';
import { buildImage } from './build.ts';
import { compileInContainer } from './compile.ts';
import { connect, type DockerConnection } from './connection.ts';
import { activeBuilds } from './control.ts';
import { diagnose } from './diagnose.ts';
import { statusOf } from './faults.ts';
import { type FileDigests, fileDigests } from './fileDigests.ts';
import { imageOfBuild, inspectImage } from './images.ts';
import { pushImage } from './push.ts';
import { cleanCache, diskUsage } from './usage.ts';

export interface EnginesOptions {
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  /** Asked for the layers of images that an engine does not have. */
  readonly registry: OciRegistry;
}

/** Docker Engines as builders. Opening one connects to nothing yet; throws `configuration` for an unusable address. */
export function dockerEngines(options: EnginesOptions): Engines {
  const digests = fileDigests();
  return {
    open: (member) => engineOf({ ...options, digests }, member),
    diagnose: (host, report, signal) => diagnose(host, options.secrets, report, signal),
  };
}

function engineOf(options: EnginesOptions & { readonly digests: FileDigests }, member: BuilderMember): Engine {
  const connection = connect(member, options.secrets);
  return {
    name: member.name,
    version: (signal) => connection.version(signal),
    activeBuilds: (signal) => activeBuilds(connection, signal),
    compile: (artifact, report, signal) => compileInContainer(connection, options.credentials, artifact, report, signal),
    build: (order, report, signal) => buildImage(connection, options, order, report, signal),
    push: (repository, tag, report, signal) => pushImage(connection, options.credentials, { repository, tag }, report, signal),
    layersOf: (image, signal, platform) => layersOf(connection, options.registry, image, platform, signal),
    imageOf: (build, signal) => imageOfBuild(connection, build, signal),
    usage: (signal) => diskUsage(connection, signal),
    cleanCache: (cleaning, signal) => cleanCache(connection, cleaning, signal),
    close: () => connection.close(),
  };
}

async function layersOf(
  connection: DockerConnection,
  registry: OciRegistry,
  image: ImageByDigest,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { os, arch } = await connection.version(signal);
  const own = { os, architecture: { x86_64: 'amd64', aarch64: 'arm64' }[arch] ?? arch };
  const [wantedOs = own.os, wanted = own.architecture] = platform?.split('/') ?? [];
  // What the engine says of an image of several platforms is said of its own.
  if (wantedOs !== own.os || wanted !== own.architecture)
    return await registry.layersOf(image, { os: wantedOs, architecture: wanted }, signal);
  try {
    return (await inspectImage(connection, `${image.repository}@${image.digest}`, signal)).layers;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  return await registry.layersOf(image, own, signal);
}
