import { createHash } from 'node:crypto';
import type { BuilderPool, BuildSpec, ImageByDigest, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { BuildEvent, BuildOrder, BuiltImage, Engine, Ports, SourceState } from '../ports.ts';
import { compileOnBuilder, compileOnThisMachine } from './artifact.ts';
import { noteBuild } from './buildNote.ts';
import { buildReport, earlierBuild, layerSizes, stepCollector } from './buildReport.ts';
import type { Built } from './built.ts';
import { onBestBuilder } from './choose.ts';
import type { Report } from './events.ts';
import { findPool, findService, placeOf, recordFolder } from './find.ts';
import { checkImage } from './imageCheck.ts';
import { type LayerCounts, proveLayers } from './layerProof.ts';
import { onEachPlatform } from './platforms.ts';
import { provenanceLabels, sourceDateOf } from './provenance.ts';
import { isImmutable, renderTag, timestamp, validTag } from './tag.ts';

export interface BuildInput {
  /** `product/name`, or the name when only one service has it. */
  readonly service: string;
  /** Builds on this member of the service's pool and on no other; `pool/member` for one of another pool. */
  readonly member?: string;
  /** Instead of the manifest's template. */
  readonly tag?: string;
}

interface Prepared {
  readonly id: string;
  readonly service: ServiceSummary;
  readonly spec: BuildSpec;
  readonly tag: string;
  readonly source: SourceState;
  readonly started: Date;
  readonly folder: string;
}

/**
 * Builds a service's image: resolve → lint gate → choose a builder → build → layer proof. Every build that began leaves an entry in the
 * build journal, whatever its end. Throws `refused` for errors of lint or a taken tag, `build-failed` for the Dockerfile's own failure.
 */
export async function buildImage(ports: Ports, input: BuildInput, report: Report, signal: AbortSignal): Promise<Built> {
  const prepared = await prepare(ports, input, report, signal);
  const { spec } = prepared;
  const model = await ports.documents.model(signal);
  ports.builders.follow(model.pools);
  const { pool, named } = placeToBuild(model, spec, input.member);
  const { id, folder, service, started } = prepared;
  const name = `${spec.repository}:${prepared.tag}`;
  const note = { id, subject: service.id, name, started: started.toISOString(), pushed: false, entry: entryOf(prepared) };
  const takenBy = await noteBuild(ports, folder, note);
  try {
    const collected = stepCollector();
    const tell: Report = (event) => {
      if (event.type === 'build') collected.take(event.event);
      report(event);
    };
    const forward = (event: BuildEvent) => tell({ type: 'build', event });
    await compileOnThisMachine(ports, spec, forward, signal);
    const { chosen, platforms } = await onEachPlatform(spec, signal, (one, stop) => {
      const own: Prepared = { ...prepared, spec: one.spec };
      const order = orderOf(own, one.tag(prepared.tag));
      return onBestBuilder(ports, { pool, spec: one.spec, named }, tell, stop, async (engine, member, begun, limit) => {
        await takenBy(`${pool.name}/${member.name}`);
        return buildOn(engine, order, own, begun, tell, limit);
      });
    });
    const { image, layers } = chosen.value;
    const earlier = earlierBuild(await ports.records.builds(prepared.folder, prepared.service.id, 20));
    const built: Built = {
      ...prepared,
      image,
      pool: pool.name,
      member: chosen.member,
      attempts: chosen.attempts,
      ...(layers ? { layers } : {}),
      ...(platforms.length > 1
        ? { platforms: platforms.map(({ value, ...one }) => ({ ...one, tag: one.tag(prepared.tag), image: value.image })) }
        : {}),
    };
    await ports.records.appendBuild(prepared.folder, { ...entryOf(prepared), ...successOf(built) });
    report({ type: 'built', text: buildReport(built, collected.steps(), collected.sent(), earlier) });
    return built;
  } catch (error) {
    await noteFailure(ports, prepared, error, report);
    throw error;
  }
}

function placeToBuild(
  model: WorkspaceModel,
  spec: BuildSpec,
  member: string | undefined,
): { pool: BuilderPool; named: string | undefined } {
  const slash = member?.indexOf('/') ?? -1;
  if (member === undefined || slash < 0) return { pool: findPool(model, spec.pool), named: member };
  return { pool: findPool(model, member.slice(0, slash)), named: member.slice(slash + 1) };
}

async function prepare(ports: Ports, input: BuildInput, report: Report, signal: AbortSignal): Promise<Prepared> {
  report({ type: 'stage', stage: 'resolve', message: `resolving ${input.service}` });
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const answer = await ports.documents.buildSpec(service.id, signal);
  const spec = answer.spec;
  const problem = answer.problems.find(({ severity }) => severity === 'error');
  if (!spec || problem) {
    const why = problem?.message ?? 'the manifest does not say how.';
    throw fail('configuration', `\`${service.id}\` cannot be built: ${why}`, 'Correct the marked line.', {
      at: problem && placeOf(problem),
    });
  }
  lintGate(spec, report);
  const source = await ports.source.state(service.folder, signal);
  if (source.dirty) report({ type: 'warning', message: 'The image holds changes that are not committed.' });
  const started = ports.clock.now();
  const tag = input.tag === undefined ? renderTag(spec.tagTemplate, { ...source, now: started }) : validTag(input.tag);
  await refuseTakenTag(ports, spec, tag, signal);
  const id = `b-${timestamp(started).replace(/^(.{8})/, '$1-')}-${shortHash(`${service.id} ${started.getTime()} ${tag}`)}`;
  return { id, service, spec, tag, source, started, folder: recordFolder(model, service) };
}

function lintGate(spec: BuildSpec, report: Report): void {
  const { error, warning, waived } = spec.findings;
  report({ type: 'stage', stage: 'lint', message: `${error} errors, ${warning} warnings, ${waived} waived` });
  const [first] = spec.errors;
  if (!first) return;
  const more = spec.errors.length > 1 ? ` (and ${spec.errors.length - 1} more)` : '';
  throw fail(
    'refused',
    `\`${spec.product}/${spec.service}\` is not built, because it breaks the standards: ${first.message} (\`${first.rule}\`)${more}`,
    'Repair the errors that `waybill lint` shows, or ask for a waiver in the standards.',
    { at: placeOf(first) },
  );
}

async function refuseTakenTag(ports: Ports, spec: BuildSpec, tag: string, signal: AbortSignal): Promise<void> {
  if (!isImmutable(tag, spec.immutableTags)) return;
  const digest = await ports.registry.resolve(spec.repository, tag, signal);
  if (digest === undefined) return;
  throw fail(
    'refused',
    `The tag \`${spec.repository}:${tag}\` exists and may never change (\`release/tag-exists\`).`,
    'Commit your change for a new `{sha}`, or put `{timestamp}` into `image.tag`.',
  );
}

function orderOf({ id, service, spec, tag, source }: Prepared, pushed: string): BuildOrder {
  const own = { 'waybill.dev/service': service.id, 'waybill.dev/product': service.product, 'waybill.dev/build-id': id };
  const labels = provenanceLabels({ spec, source, tag, title: service.title ?? service.name, own });
  return { spec, tags: [`${spec.repository}:${pushed}`], labels, sourceDate: sourceDateOf(source) };
}

async function buildOn(
  engine: Engine,
  order: BuildOrder,
  { spec }: Prepared,
  begun: () => void,
  report: Report,
  signal: AbortSignal,
): Promise<{ image: BuiltImage; layers?: LayerCounts }> {
  const timeout = AbortSignal.timeout(Math.min(spec.timeout * 1000, 2 ** 31 - 1));
  const forward = (event: BuildEvent) => {
    if (event.type === 'step') begun();
    report({ type: 'build', event });
  };
  await compileOnBuilder(engine, spec, forward, AbortSignal.any([signal, timeout]));
  report({ type: 'stage', stage: 'build', message: `building ${order.tags.join(', ')}` });
  const image = await engine.build(order, forward, AbortSignal.any([signal, timeout])).catch((error: unknown) => {
    if (!timeout.aborted || signal.aborted) throw error;
    throw fail(
      'build-failed',
      `The build took longer than ${spec.timeout} seconds and was stopped.`,
      'Raise `build.timeout`, or make it faster.',
    );
  });
  begun();
  for (const message of checkImage(image)) report({ type: 'warning', message });
  if (!spec.base) return { image };
  report({ type: 'stage', stage: 'layers', message: 'comparing the layers with those of the base' });
  const [platform] = spec.platforms;
  const base = await engine.layersOf(spec.base.image, signal, platform);
  const layers = proveLayers(image.layers, base, await osLayers(spec.base.os?.versions ?? [], base, engine, platform, signal));
  if (spec.base.os && layers.os === 0) {
    report({
      type: 'warning',
      message: `The base \`${spec.base.line}\` does not begin with any known version of its OS image \`${spec.base.os.name}\`.`,
    });
  }
  report({ type: 'stage', stage: 'layers', message: `${layers.os} OS, ${layers.base} base and ${layers.app} service layers` });
  return { image, layers };
}

/** The layers of the OS image's versions, newest first, up to the one that the base begins with. A version that is gone proves nothing. */
async function osLayers(
  versions: readonly ImageByDigest[],
  base: readonly string[],
  engine: Engine,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<(readonly string[])[]> {
  const found: (readonly string[])[] = [];
  for (const version of versions) {
    const layers = await engine.layersOf(version, signal, platform).catch((error: unknown) => {
      if (isCancelled(error)) throw error;
      return undefined;
    });
    if (layers?.length) found.push(layers);
    if (layers?.length && layers.every((layer, index) => base[index] === layer)) break;
  }
  return found;
}

function entryOf({ id, service, spec, tag, source, started }: Prepared): Record<string, unknown> {
  const { revision, branch, dirty } = source;
  return { id, service: service.id, tag, started: started.toISOString(), revision, branch, dirty, base: spec.base?.image.digest };
}

function successOf({ image, pool, member, attempts, layers }: Omit<Built, keyof Prepared>): Record<string, unknown> {
  const { id, engine, seconds, steps, size } = image;
  return {
    outcome: 'Succeeded',
    image: id,
    builder: `${pool}/${member.name}`,
    engine,
    seconds,
    ...steps,
    size,
    layers,
    attempts,
    layerSizes: layerSizes(image),
  };
}

/** The journal gets the failure too; if even that fails, the build's own error is the one to show. */
async function noteFailure(ports: Ports, prepared: Prepared, error: unknown, report: Report): Promise<void> {
  const outcome = isCancelled(error) ? 'Aborted' : 'Failed';
  const seconds = (ports.clock.now().getTime() - prepared.started.getTime()) / 1000;
  const message = error instanceof Error ? error.message : String(error);
  try {
    await ports.records.appendBuild(prepared.folder, { ...entryOf(prepared), outcome, seconds, error: message });
  } catch (second) {
    report({ type: 'warning', message: `The build journal could not be written: ${second instanceof Error ? second.message : second}` });
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 4);
}
