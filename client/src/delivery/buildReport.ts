import type { BuildEvent } from '../ports.ts';
import type { Built } from './built.ts';
import { byteSize, duration } from './units.ts';

/** One step of a build, after it ended. */
export interface ReportedStep {
  readonly name: string;
  readonly state: 'done' | 'cached' | 'failed';
  readonly seconds: number;
}

/** Collects the steps of a build from its events. */
export function stepCollector(): { take(event: BuildEvent): void; steps(): readonly ReportedStep[]; sent(): number | undefined } {
  const steps = new Map<string, ReportedStep>();
  let bytes: number | undefined;
  return {
    take(event) {
      if (event.type === 'sent') bytes = event.bytes;
      if (event.type !== 'step' || event.state === 'started') return;
      steps.set(event.id, { name: event.name, state: event.state, seconds: event.seconds ?? 0 });
    },
    steps: () => [...steps.values()],
    sent: () => bytes,
  };
}

/** What an earlier build of the service was like, from the journal. */
export interface EarlierBuild {
  readonly tag: string;
  readonly size: number;
  readonly seconds: number;
  /** Sizes of its layers by the instruction that made them. */
  readonly layers: Readonly<Record<string, number>>;
}

/** The newest success of a journal's entries. */
export function earlierBuild(entries: readonly Readonly<Record<string, unknown>>[]): EarlierBuild | undefined {
  const last = entries.find(({ outcome }) => outcome === 'Succeeded');
  if (!last || typeof last.size !== 'number' || typeof last.tag !== 'string') return undefined;
  const layers = typeof last.layerSizes === 'object' && last.layerSizes !== null ? (last.layerSizes as Record<string, number>) : {};
  return { tag: last.tag, size: last.size, seconds: typeof last.seconds === 'number' ? last.seconds : 0, layers };
}

/** The sizes of an image's layers by what made them; instructions that occur twice are numbered. */
export function layerSizes({ history }: Built['image']): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const { createdBy, size } of history) {
    if (size === 0) continue;
    const name = instructionOf(createdBy);
    let key = name;
    for (let number = 2; key in sizes; number++) key = `${name} (${number})`;
    sizes[key] = size;
  }
  return sizes;
}

/** A build for people: where, how long, what came from the cache, what the image is, and which layers grew. */
export function buildReport(
  built: Built,
  steps: readonly ReportedStep[],
  sent: number | undefined,
  earlier: EarlierBuild | undefined,
): string {
  const { image, spec, tag, layers } = built;
  return [
    `${spec.product}/${spec.service}  ${spec.repository}:${tag}`,
    '',
    `built on     ${built.pool}/${built.member.name} with ${image.engine === 'buildkit' ? 'BuildKit' : 'the classic builder'}`,
    ...built.attempts.map(({ member, message }) => `not on       ${member}: ${message}`),
    `took         ${image.seconds.toFixed(1)} s${earlier ? `, the build before ${earlier.seconds.toFixed(1)} s` : ''}`,
    ...(sent === undefined ? [] : [`sent         ${byteSize(sent)} of the context that had changed`]),
    `size         ${byteSize(image.size)}${earlier ? ` (${change(image.size - earlier.size)} against ${earlier.tag})` : ''}`,
    ...(layers ? [`layers       ${layers.os} of the OS image, ${layers.base} of the base image, ${layers.app} of its own`] : []),
    `user         ${image.config.user || 'root (no USER is set)'}`,
    '',
    'Steps',
    ...stepLines(steps),
    ...growth(layerSizes(image), earlier),
  ].join('\n');
}

function stepLines(steps: readonly ReportedStep[]): readonly string[] {
  const shown = steps.filter(({ name }) => !name.startsWith('[internal]'));
  const width = Math.max(0, ...shown.map(({ state, seconds }) => how(state, seconds).length));
  return shown.map(({ name, state, seconds }) => `  ${how(state, seconds).padEnd(width)}  ${name.replace(/\s+/g, ' ').slice(0, 160)}`);
}

function how(state: ReportedStep['state'], seconds: number): string {
  if (state === 'cached') return 'from the cache';
  return state === 'failed' ? 'failed' : `ran ${seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds)}`;
}

/** Layers that are new or larger than before, the largest growth first. */
function growth(now: Readonly<Record<string, number>>, earlier: EarlierBuild | undefined): readonly string[] {
  if (!earlier) return [];
  const grown = Object.entries(now)
    .map(([name, size]) => ({ name, more: size - (earlier.layers[name] ?? 0), known: name in earlier.layers }))
    .filter(({ more }) => more > 10_000)
    .sort((a, b) => b.more - a.more);
  if (grown.length === 0) return [];
  return [
    '',
    `Layers that grew since ${earlier.tag}`,
    ...grown.map(({ name, more, known }) => `  ${change(more)}  ${known ? '' : '(new) '}${name}`),
  ];
}

function change(bytes: number): string {
  return `${bytes < 0 ? '−' : '+'}${byteSize(Math.abs(bytes))}`;
}

/** The instruction of a history entry without the shell around it; long ones are cut. */
function instructionOf(createdBy: string): string {
  const text = createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
