import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Ports, PushResult, ReleaseRecord } from '../ports.ts';
import { type BuildInput, buildImage } from './build.ts';
import type { Built } from './built.ts';
import { type Deployed, deployRelease, effectiveService } from './deploy.ts';
import type { DeployableImage } from './deployableImage.ts';
import type { Questions, Report } from './events.ts';
import { entryEnvironments, findEnvironment, findService } from './find.ts';
import { buildGates, originGates, refuseUnmet } from './gates.ts';
import { releaseAlias, releaseId, releaseIdentity } from './identity.ts';
import { pushAndVerify } from './push.ts';
import { byteSize, duration } from './units.ts';

export interface ReleaseInput extends BuildInput {
  /** Where it will go; absent: only the release is made. */
  readonly environment?: string;
  readonly reason?: string;
}

export interface Released {
  readonly release: ReleaseRecord;
  readonly built: Built;
  readonly push: PushResult;
}

/**
 * Makes a release: build → push → the digest of the push stream must be the registry's → record. Nothing is deployed. Refuses before
 * building when the environment takes no builds or asks for gates that are not met (S9).
 */
export async function createRelease(ports: Ports, input: ReleaseInput, report: Report, signal: AbortSignal): Promise<Released> {
  const environment = await environmentFor(ports, input, signal);
  const service = findService(await ports.documents.model(signal), input.service);
  const { manifest } = await ports.documents.effective(service.id, environment.name, signal);
  const built = await buildImage(ports, input, report, signal);
  const { push, image } = await pushAndVerify(ports, built, report, signal);
  const release = recordOf(built, push, image, manifest);
  report({ type: 'stage', stage: 'record', message: `recording ${release.id} (${release.alias})` });
  await ports.records.saveRelease(built.folder, release);
  return { release, built, push };
}

/** Makes a release and deploys it to an environment that takes builds. */
export async function releaseTo(
  ports: Ports,
  input: ReleaseInput & { readonly environment: string },
  questions: Questions,
  report: Report,
  signal: AbortSignal,
): Promise<Released & { readonly deployed: Deployed }> {
  const released = await createRelease(ports, input, report, signal);
  const { service, environment, reason } = input;
  const order = { service, environment, release: released.release.id, ...(reason ? { reason } : {}) };
  return { ...released, deployed: await deployRelease(ports, order, questions, report, signal) };
}

/** The environment whose manifest is recorded: the wanted one when it takes builds, else the first that does. */
async function environmentFor(ports: Ports, input: ReleaseInput, signal: AbortSignal): Promise<EnvironmentSummary> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  if (input.environment !== undefined) {
    const environment = findEnvironment(model, service, input.environment);
    const gates = [...buildGates(environment, ports.clock.now()), ...originGates(environment, ports.identity)];
    refuseUnmet('A new build', environment, gates);
    await effectiveService(ports, service, environment, signal);
    return environment;
  }
  const [first] = entryEnvironments(model, service);
  if (first) return first;
  const advice = 'Declare one with `promote: { from: [] }` in `waybill.environments.yaml`.';
  throw fail('configuration', `Product \`${service.product}\` has no environment that takes builds.`, advice);
}

function recordOf(built: Built, push: PushResult, image: DeployableImage, manifest: Readonly<Record<string, unknown>>): ReleaseRecord {
  const { spec, source, layers, service } = built;
  const identity = releaseIdentity(service.id, image, manifest);
  const id = releaseId(identity);
  const { remote, revision, branch, dirty } = source;
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Release',
    id,
    alias: releaseAlias(id),
    identity,
    manifest,
    tags: [built.tag],
    source: defined({ repository: remote, revision, branch, dirty }),
    ...(spec.base && layers
      ? { base: { line: spec.base.line, image: spec.base.image.repository, digest: spec.base.image.digest, layers } }
      : {}),
    build: {
      id: built.id,
      builder: [...new Set((built.platforms ?? [built]).map(({ member }) => `${built.pool}/${member.name}`))].join(', '),
      engine: built.image.engine,
      started: built.started.toISOString(),
      duration: duration(built.image.seconds),
      cached: built.image.steps.cached,
      pushed: byteSize(push.bytes),
    },
    ...(spec.standards ? { standards: { ...spec.standards, findings: spec.findings } } : {}),
    deployments: [],
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
