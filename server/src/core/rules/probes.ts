import { durationSeconds } from '../service/amounts.ts';
import { numberAt, plain, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';

export type ProbeName = 'startup' | 'readiness' | 'liveness';
export const probeNames: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

/** What a probe means when its defaults are filled in; times in seconds. */
export interface ProbeTimes {
  readonly period: number;
  readonly timeout: number;
  readonly failures: number;
  readonly delay: number;
}

/** A probe's times; undefined when one cannot be read (which is reported elsewhere). */
export function probeTimes(probe: YamlNode | undefined): ProbeTimes | undefined {
  const [period, timeout, delay] = [
    durationSeconds(textAt(probe, 'period') ?? '10s'),
    durationSeconds(textAt(probe, 'timeout') ?? '1s'),
    durationSeconds(textAt(probe, 'initialDelay') ?? '0s'),
  ];
  if (period === undefined || timeout === undefined || delay === undefined) return undefined;
  return { period, timeout, delay, failures: numberAt(probe, 'failureThreshold') ?? 3 };
}

/** The ways to ask that a probe has: one is right. */
export function handlersOf(probe: YamlNode | undefined): readonly ('http' | 'tcp' | 'command')[] {
  return (['http', 'tcp', 'command'] as const).filter((key) => valueAt(probe, key) !== undefined);
}

/** The question that a probe asks, for comparison; undefined when it asks none. */
export function questionOf(probe: YamlNode | undefined): string | undefined {
  const [handler] = handlersOf(probe);
  const node = handler && valueAt(probe, handler);
  if (!node) return undefined;
  return handler === 'http'
    ? JSON.stringify(['http', textAt(node, 'port'), textAt(node, 'path') ?? '/', textAt(node, 'scheme') ?? 'http'])
    : JSON.stringify([handler, plain(node)]);
}
