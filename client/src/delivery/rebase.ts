import type { ImageByDigest, ImageSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { Ports, RebasePlan, ReleaseRecord } from '../ports.ts';
import { closest } from './closest.ts';
import { verifyPushed } from './deployableImage.ts';
import type { Report } from './events.ts';
import { findService, recordFolder } from './find.ts';
import { releaseAlias, releaseId, releaseIdentity } from './identity.ts';
import { inTurns } from './inTurns.ts';
import { genuineReleases } from './releases.ts';
import { duration } from './units.ts';

export interface RebaseInput {
  /** Name of the line in the catalogue, `standards/name` where several have it. */
  readonly line: string;
  /** Only these services (`product/name`, or the name alone); all that stand on the line otherwise. */
  readonly services?: readonly string[];
}

/** What a rebase would do with one service. */
export interface RebaseRow {
  readonly service: ServiceSummary;
  /** The newest release; absent when there is none. */
  readonly release?: ReleaseRecord;
  /** `ready` can be rebased; `current` stands on the newest base already; `refused` says why not in `plan.refusals` or `reason`. */
  readonly state: 'ready' | 'current' | 'refused';
  readonly reason?: string;
  readonly plan?: RebasePlan;
}

export interface RebaseTable {
  readonly line: ImageSummary;
  readonly to: ImageByDigest;
  readonly rows: readonly RebaseRow[];
}

export interface RebasedService {
  readonly service: string;
  readonly release?: ReleaseRecord;
  readonly error?: string;
}

/** So many images are worked on at once: the registry does the work. */
const atOnce = 6;

/** For every service on a line: its newest release, the base under it, and whether the layers can be exchanged. Changes nothing. */
export async function planRebases(ports: Ports, input: RebaseInput, report: Report, signal: AbortSignal): Promise<RebaseTable> {
  const model = await ports.documents.model(signal);
  const line = findLine(model, input.line);
  if (!line.digest)
    throw fail('configuration', `\`${line.name}\` has no \`current\` digest to move to.`, 'Build or register its image first.');
  if (line.rebase === 'never') {
    throw fail(
      'refused',
      `The standards do not allow \`${line.name}\` to be exchanged without a build (\`rebase: never\`).`,
      'Build the services again.',
    );
  }
  const to = { repository: line.repository, digest: line.digest };
  const wanted = input.services && new Set(input.services.map((name) => findService(model, name).id));
  const services = model.services.filter((service) => line.services.includes(service.id) && (!wanted || wanted.has(service.id)));
  report({ type: 'stage', stage: 'plan', message: `comparing ${services.length} services with ${line.reference}` });
  const rows = await inTurns(services, atOnce, (service) => rowOf(ports, model, service, line, to, signal));
  return { line, to, rows };
}

/** Makes a release of each row that is ready. What fails is told and does not stop the others; nothing is deployed. */
export async function rebaseServices(
  ports: Ports,
  table: RebaseTable,
  report: Report,
  signal: AbortSignal,
): Promise<readonly RebasedService[]> {
  const model = await ports.documents.model(signal);
  const ready = table.rows.filter(({ state }) => state === 'ready');
  return await inTurns(ready, atOnce, async (row): Promise<RebasedService> => {
    try {
      return { service: row.service.id, release: await rebaseOne(ports, model, table, row, report, signal) };
    } catch (error) {
      if (isCancelled(error) || signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      report({ type: 'warning', message: `${row.service.id}: ${message}` });
      return { service: row.service.id, error: message };
    }
  });
}

function findLine(model: WorkspaceModel, name: string): ImageSummary {
  const lines = (model.catalogue?.images ?? []).filter(({ layer }) => layer === 'base');
  const found = lines.filter((image) => image.id === name || image.name === name);
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first)
    throw fail(
      'configuration',
      `Several standards have a base image \`${name}\`.`,
      'Write the standards before the name: `standards/name`.',
    );
  const near = closest(
    name,
    lines.flatMap((image) => [image.name, image.id]),
  );
  throw fail(
    'configuration',
    `The standards have no base image \`${name}\`.`,
    near ? `Did you mean \`${near}\`?` : 'Base images stand under `baseImages`.',
  );
}

async function rowOf(
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  line: ImageSummary,
  to: ImageByDigest,
  signal: AbortSignal,
): Promise<RebaseRow> {
  const { releases } = await genuineReleases(ports, recordFolder(model, service), service.id);
  const [release] = releases;
  if (!release) return { service, state: 'refused', reason: 'it has no release yet' };
  const { base } = release;
  if (!base) return { service, release, state: 'refused', reason: 'its release does not say which base it stands on' };
  if (base.digest === to.digest) return { service, release, state: 'current' };
  if (base.line !== line.name || !line.previous.includes(base.digest)) {
    return {
      service,
      release,
      state: 'refused',
      reason: `its base \`${base.digest.slice(0, 19)}…\` is no earlier image of \`${line.name}\``,
    };
  }
  const from = { repository: base.image, digest: base.digest };
  const labels = {
    'org.opencontainers.image.base.name': to.repository,
    'org.opencontainers.image.base.digest': to.digest,
    'waybill.dev/rebased-from': release.identity.image.digest,
  };
  const plan = await ports.registry.planRebase({ image: release.identity.image, from, to, labels }, signal);
  return plan.refusals.length > 0
    ? { service, release, state: 'refused', reason: plan.refusals.join('; '), plan }
    : { service, release, state: 'ready', plan };
}

async function rebaseOne(
  ports: Ports,
  model: WorkspaceModel,
  { line, to }: RebaseTable,
  row: RebaseRow,
  report: Report,
  signal: AbortSignal,
): Promise<ReleaseRecord> {
  const { release, plan, service } = row;
  if (!release || !plan) throw fail('internal', `${service.id} is not ready to be rebased.`, 'Make the plan again.');
  const started = ports.clock.now();
  const { repository } = release.identity.image;
  const tag = await freeTag(ports, repository, release.tags[0] ?? release.id, signal);
  const made = await ports.registry.rebase(plan, tag, signal);
  const image = await verifyPushed(ports.registry, { repository, tag, digest: made.digest }, signal);
  const identity = releaseIdentity(service.id, image, release.manifest);
  const id = releaseId(identity);
  const { layers } = plan;
  const seconds = (ports.clock.now().getTime() - started.getTime()) / 1000;
  const record: ReleaseRecord = {
    ...release,
    id,
    alias: releaseAlias(id),
    identity,
    tags: [tag],
    base: {
      line: line.name,
      image: to.repository,
      digest: to.digest,
      layers: { os: release.base?.layers.os ?? 0, base: layers.now, app: layers.kept },
    },
    build: {
      ...release.build,
      id: `${release.build.id}-rebased`,
      engine: 'registry',
      builder: 'registry',
      started: started.toISOString(),
      duration: duration(seconds),
      cached: 0,
      pushed: '0B',
    },
    derivedFrom: { release: release.id, kind: 'rebase', fromBase: release.base?.digest ?? '', toBase: to.digest },
    deployments: [],
  };
  await ports.records.saveRelease(recordFolder(model, service), record);
  report({
    type: 'stage',
    stage: 'record',
    message: `${service.id}: ${record.id} (${record.alias}), ${made.mounted + made.existing} layers mounted or there, ${made.copied} copied`,
  });
  return record;
}

/** `<tag>-rebased.N` with the first N that is not taken; the number of an image that was rebased before goes on. */
async function freeTag(ports: Ports, repository: string, tag: string, signal: AbortSignal): Promise<string> {
  const stem = tag.replace(/-rebased\.\d+$/, '').slice(0, 110);
  for (let number = 1; number < 1000; number++) {
    const candidate = `${stem}-rebased.${number}`;
    if ((await ports.registry.resolve(repository, candidate, signal)) === undefined) return candidate;
  }
  throw fail('refused', `${repository} has a thousand rebased images of ${stem}.`, 'Build the service again.');
}
