import type { BuildSpec, BuildSpecAnswer, ImageSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isCancelled } from '../errors.ts';
import type { BuildEvent, BuildOrder, BuiltImage, Engine, Ports, PushResult, SourceState } from '../ports.ts';
import { noteBuild } from './buildNote.ts';
import { findLine } from './catalogueLine.ts';
import { onBestBuilder } from './choose.ts';
import { verifyPushed } from './deployableImage.ts';
import type { Report } from './events.ts';
import { findPool, placeOf } from './find.ts';
import { checkImage } from './imageCheck.ts';
import { proveLayers } from './layerProof.ts';
import { provenanceLabels, sourceDateOf } from './provenance.ts';
import { timestamp, validTag } from './tag.ts';
import { standardsFolder } from './unfinished.ts';

export interface BaseImageInput {
  /** `standards/name`, or the name. */
  readonly image: string;
  /** The next number of the line's tags otherwise. */
  readonly tag?: string;
  /** Builds on this member of the first pool and on no other. */
  readonly member?: string;
}

export interface BuiltBaseImage {
  readonly line: ImageSummary;
  readonly image: BuiltImage;
  readonly tag: string;
  readonly push: PushResult;
  /** Base images of the same standards that stand on it, by name: they are built next. */
  readonly above: readonly string[];
  /** Layers of what it stands on, and its own. */
  readonly layers: { readonly under: number; readonly own: number };
}

/**
 * Builds an OS or base image of the standards from its own Dockerfile, proves that it stands on its OS, and pushes it under a tag that is new.
 * The standards are not written: that is an edit for whoever called. Throws `refused` for errors of lint or a tag that is taken.
 */
export async function buildBaseImage(ports: Ports, input: BaseImageInput, report: Report, signal: AbortSignal): Promise<BuiltBaseImage> {
  report({ type: 'stage', stage: 'resolve', message: `resolving ${input.image}` });
  const model = await ports.documents.model(signal);
  const line = findLine(model, input.image);
  const spec = specOf(line.name, await ports.documents.baseImage(line.id, signal));
  const tag = validTag(input.tag ?? spec.tagTemplate);
  if ((await ports.registry.resolve(spec.repository, tag, signal)) !== undefined) {
    throw fail(
      'refused',
      `The tag \`${spec.repository}:${tag}\` exists.`,
      'A base image gets a new tag every time: name one with `--tag`.',
    );
  }
  const folder = standardsFolder(line.location.uri);
  const source = await ports.source.state(spec.context, signal);
  const started = ports.clock.now();
  const order = orderOf(line, spec, tag, source, started);
  const id = order.labels['waybill.dev/build-id'] ?? line.id;
  const entry = { id, image: line.id, tag, started: started.toISOString(), revision: source.revision };
  const pool = findPool(model, spec.pool);
  const note = { id, subject: line.id, name: `${spec.repository}:${tag}`, started: entry.started, pushed: true, entry };
  const takenBy = await noteBuild(ports, folder, note);
  try {
    const chosen = await onBestBuilder(ports, { pool, spec, named: input.member }, report, signal, async (engine, member, begun, limit) => {
      await takenBy(`${pool.name}/${member.name}`);
      return buildAndPush(engine, ports, order, begun, report, limit);
    });
    await ports.records.appendBuild(folder, {
      ...entry,
      outcome: 'Succeeded',
      digest: chosen.value.push.digest,
      size: chosen.value.image.size,
    });
    return { line, tag, above: standingOn(model, line), ...chosen.value };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const outcome = isCancelled(error) || signal.aborted ? 'Aborted' : 'Failed';
    await ports.records.appendBuild(folder, { ...entry, outcome, error: message }).catch(() => undefined);
    throw error;
  }
}

function specOf(name: string, { spec, problems }: BuildSpecAnswer): BuildSpec {
  const problem = problems.find(({ severity }) => severity === 'error');
  if (!spec || problem) {
    const why = problem?.message ?? 'the standards do not say how.';
    throw fail('configuration', `\`${name}\` cannot be built: ${why}`, 'Correct the standards.', { at: problem && placeOf(problem) });
  }
  const [first] = spec.errors;
  if (!first) return spec;
  throw fail(
    'refused',
    `\`${name}\` is not built, because it breaks the standards: ${first.message} (\`${first.rule}\`)`,
    'Repair what `waybill lint` shows.',
    {
      at: placeOf(first),
    },
  );
}

function orderOf(line: ImageSummary, spec: BuildSpec, tag: string, source: SourceState, started: Date): BuildOrder {
  const own = { 'waybill.dev/base-image': line.id, 'waybill.dev/build-id': `i-${timestamp(started).replace(/^(.{8})/, '$1-')}` };
  const labels = provenanceLabels({ spec, source, tag, title: line.name, own });
  return { spec, tags: [`${spec.repository}:${tag}`], labels, sourceDate: sourceDateOf(source) };
}

async function buildAndPush(
  engine: Engine,
  ports: Ports,
  order: BuildOrder,
  begun: () => void,
  report: Report,
  signal: AbortSignal,
): Promise<Pick<BuiltBaseImage, 'image' | 'push' | 'layers'>> {
  const { spec } = order;
  const forward = (event: BuildEvent) => {
    if (event.type === 'step') begun();
    report({ type: 'build', event });
  };
  const [name = ''] = order.tags;
  report({ type: 'stage', stage: 'build', message: `building ${name}` });
  const image = await engine.build(order, forward, signal);
  begun();
  for (const message of checkImage(image)) report({ type: 'warning', message });
  const under = spec.base ? await engine.layersOf(spec.base.image, signal) : [];
  const { app: own } = proveLayers(image.layers, under, []);
  report({ type: 'stage', stage: 'layers', message: `${under.length} layers of what it stands on, ${own} of its own` });
  const tag = name.slice(name.lastIndexOf(':') + 1);
  report({ type: 'stage', stage: 'push', message: `pushing ${name}` });
  const push = await engine.push(spec.repository, tag, (event) => report({ type: 'push', event }), signal);
  report({ type: 'stage', stage: 'verify', message: 'asking the registry for the digest' });
  await verifyPushed(ports.registry, { repository: spec.repository, tag, digest: push.digest }, signal);
  return { image, push, layers: { under: under.length, own } };
}

function standingOn(model: WorkspaceModel, line: ImageSummary): readonly string[] {
  const others = model.catalogue?.images ?? [];
  return others
    .filter(({ os, standards }) => line.layer === 'os' && os === line.name && standards === line.standards)
    .map(({ name }) => name);
}
