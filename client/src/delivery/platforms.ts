import type { BuildSpec } from '../../../server/src/protocol.ts';
import type { Chosen } from './choose.ts';

/** The build of one platform of an image. */
export interface OnePlatform {
  /** Of this platform alone; what is compiled in a container is compiled once, for the first. */
  readonly spec: BuildSpec;
  /** The image's own tag when there is one platform, else one of this platform. */
  tag(image: string): string;
}

export interface EachPlatform<T> {
  /** The first platform's. */
  readonly chosen: Chosen<T>;
  readonly platforms: readonly (Omit<Chosen<T>, 'attempts'> & { readonly platform: string; tag(image: string): string })[];
}

/**
 * Builds each platform on a builder that has it: the first, then the others side by side. One that fails stops the others. `buildOne` chooses its
 * own builder.
 */
export async function onEachPlatform<T>(
  spec: BuildSpec,
  signal: AbortSignal,
  buildOne: (one: OnePlatform, signal: AbortSignal) => Promise<Chosen<T>>,
): Promise<EachPlatform<T>> {
  const [platform = '', ...others] = spec.platforms;
  if (others.length === 0) {
    const tag = (image: string) => image;
    const chosen = await buildOne({ spec, tag }, signal);
    return { chosen, platforms: [{ platform, tag, value: chosen.value, member: chosen.member }] };
  }
  const { artifact: _, ...rest } = spec;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const each = async (one: string, first: boolean) => {
    const tag = (image: string) => `${image}-${one.replaceAll('/', '-')}`.slice(-128);
    const chosen = await buildOne({ spec: { ...(first ? spec : rest), platforms: [one] }, tag }, either);
    return { chosen, platform: one, tag, value: chosen.value, member: chosen.member };
  };
  const first = await each(platform, true);
  const running = others.map((one) =>
    each(one, false).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(running);
  if (stop.signal.aborted && !signal.aborted) throw stop.signal.reason;
  const made = [first, ...(await Promise.all(running))];
  return { chosen: first.chosen, platforms: made.map(({ chosen: _chosen, ...one }) => one) };
}
