import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import type { BuildNote, Ports } from '../ports.ts';
import { recordFolder } from './find.ts';

/** A build whose window or call was gone before its end could be written. */
export interface SettledBuild {
  readonly note: BuildNote;
  /** What is left of it, as a sentence. */
  readonly found: string;
}

/** How long a builder or a registry may take to say whether an image is there; milliseconds. */
const patience = 5_000;

/** Folders that hold records of builds: those of services, and those of standards whose images are built. */
export function buildFolders(model: WorkspaceModel): readonly string[] {
  const services = model.services.map((service) => recordFolder(model, service));
  const standards = (model.catalogue?.images ?? []).map(({ location }) => standardsFolder(location.uri));
  return [...new Set([...services, ...standards])];
}

/** Where builds of images of these standards are recorded. */
export function standardsFolder(uri: string): string {
  return decodeURIComponent(new URL('.', uri).pathname).replace(/\/$/, '');
}

/**
 * Builds that this machine began and whose process was killed: their builders are asked for the image, and the journal gets an entry `Aborted`
 * that says what came of it. Those that go on elsewhere are left alone. Each is answered to one caller only.
 */
export async function settleUnfinished(ports: Ports, signal: AbortSignal): Promise<readonly SettledBuild[]> {
  const model = await ports.documents.model(signal);
  const settled: SettledBuild[] = [];
  for (const folder of buildFolders(model)) {
    for (const note of await ports.records.building.abandoned(folder)) {
      const { found, image } = await whatIsLeft(ports, model, note, signal);
      const error = `What built it was gone before the build ended. ${found}`;
      const { length } = note.builders;
      const builder = length > 0 ? { builder: note.builders.join(', ') } : {};
      const left = image === undefined ? {} : { left: image };
      const entry = { ...note.entry, ...builder, ...left, id: note.id, outcome: 'Aborted', error };
      if (await ports.records.building.settle(folder, note.id, entry)) settled.push({ note, found });
    }
  }
  return settled;
}

/** One sentence for all of them, with what is left of each. */
export function settledText(builds: readonly SettledBuild[]): string {
  const names = builds.map(({ note, found }) => `${note.subject} (${found.replace(/\.$/, '')})`).join(', ');
  const what = builds.length === 1 ? 'A build was cut off' : `${builds.length} builds were cut off`;
  return `${what} when its window or process ended: ${names}. The journal says so now.`;
}

async function whatIsLeft(
  ports: Ports,
  model: WorkspaceModel,
  note: BuildNote,
  signal: AbortSignal,
): Promise<{ readonly found: string; readonly image?: string }> {
  if (note.builders.length === 0) return { found: 'It had not reached a builder.' };
  const limit = () => AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const unknown: string[] = [];
  for (const builder of note.builders) {
    const answer = await imageOn(ports, model, builder, note.id, limit());
    if (answer === 'unknown') unknown.push(builder);
    else if (answer !== undefined) return { found: `Its image is on ${builder}${await pushedToo(ports, note, limit())}.`, image: answer };
  }
  signal.throwIfAborted();
  if (unknown.length > 0) return { found: `Whether its image is on ${unknown.join(', ')} is not known: no answer.` };
  return { found: `Nothing of it is on ${note.builders.join(', ')}.` };
}

async function imageOn(
  { engines }: Ports,
  model: WorkspaceModel,
  builder: string,
  build: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const member = model.pools.flatMap((pool) => pool.members.filter(({ name }) => `${pool.name}/${name}` === builder))[0];
  if (!member) return 'unknown';
  const engine = engines.open(member);
  try {
    return engine.imageOf ? await engine.imageOf(build, signal) : 'unknown';
  } catch {
    return 'unknown';
  } finally {
    engine.close();
  }
}

/** Of an image that goes to the registry within its build. */
async function pushedToo({ registry }: Ports, { name, pushed }: BuildNote, signal: AbortSignal): Promise<string> {
  if (!pushed) return '';
  const at = name.lastIndexOf(':');
  const digest = await registry.resolve(name.slice(0, at), name.slice(at + 1), signal).catch(() => 'unknown');
  if (digest === 'unknown') return ', and perhaps in the registry, which did not answer';
  return digest === undefined ? ', and not in the registry' : ', and in the registry';
}
