import type { BuildSpec } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { BuildEvent, EngineVersion } from '../ports.ts';
import type { DockerConnection } from './connection.ts';
import { place } from './faults.ts';
import { speaksSolve } from './version.ts';

/** What of the wishes of a build this engine will keep. */
export interface Attestations {
  readonly provenance?: 'min' | 'max';
  readonly sbomScanner?: string;
}

/**
 * Refuses what the engine cannot do, before anything is sent, and says what is missing. Statements about the image that its store would drop
 * are only told: the image is the same without them.
 */
export async function judgeDemands(
  connection: DockerConnection,
  version: EngineVersion,
  spec: BuildSpec,
  report: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<Attestations> {
  if (spec.platforms.length > 1) {
    throw fail(
      'refused',
      `One engine makes one platform at a time; ${spec.service} asks for ${spec.platforms.join(' and ')}.`,
      'Make a release: it builds each platform on a builder that has it.',
    );
  }
  const at = place(connection.host);
  const classic = classicLacks(spec);
  if (!version.buildkit && classic !== undefined) {
    throw fail(
      'refused',
      `${at} has only the classic builder, which cannot build this: ${classic}.`,
      'Enable BuildKit on that engine (features.buildkit in daemon.json), or choose another builder.',
    );
  }
  const old = oldLacks(spec);
  if (!speaksSolve(version) && old !== undefined) {
    throw fail(
      'refused',
      `${at} is Docker Engine ${version.version} (API ${version.apiVersion}), whose builds take no ${old}.`,
      'Choose a builder with Docker Engine 25 or newer (API 1.44), or take it out of waybill.yaml.',
    );
  }
  const { provenance, sbomScanner } = spec;
  if (spec.cache?.to === undefined && provenance === undefined && sbomScanner === undefined) return {};
  const keeps = speaksSolve(version) && (await hasContainerdStore(connection, signal));
  if (spec.cache?.to && !keeps) {
    throw fail(
      'refused',
      `${at} keeps images in Docker's old store, which exports no cache to a registry (\`build.cache.to\`).`,
      'Use `build.cache.inline`, or turn on the containerd image store there (features.containerd-snapshotter in daemon.json).',
    );
  }
  if (keeps) return { ...(provenance ? { provenance } : {}), ...(sbomScanner ? { sbomScanner } : {}) };
  const what = [...(provenance ? ['no provenance'] : []), ...(sbomScanner ? ['no list of what is in the image (SBOM)'] : [])];
  if (what.length > 0) {
    report({
      type: 'warning',
      message: `${at} makes ${what.join(' and ')}: its image store keeps none. An engine with the containerd image store does.`,
    });
  }
  return {};
}

function classicLacks(spec: BuildSpec): string | undefined {
  if (spec.secrets.length > 0) return 'the service has build secrets';
  if (spec.ssh !== undefined) return 'the service forwards an ssh agent';
  return undefined;
}

function oldLacks(spec: BuildSpec): string | undefined {
  if (spec.contexts !== undefined) return `named contexts (\`build.contexts\`: ${spec.contexts.map(({ name }) => name).join(', ')})`;
  if (spec.cache?.to) return 'cache export to a registry (`build.cache.to`)';
  return undefined;
}

/** `GET /info` names the kind of the storage driver. */
async function hasContainerdStore(connection: DockerConnection, signal: AbortSignal): Promise<boolean> {
  const info = await connection.json<{ readonly DriverStatus?: readonly (readonly string[])[] | null }>('GET', '/info', {}, signal);
  return (info.DriverStatus ?? []).some(
    ([name, value]) => name === 'driver-type' && value?.startsWith('io.containerd.snapshotter') === true,
  );
}
