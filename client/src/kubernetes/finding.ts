/** One reason why a release is not healthy. */
import type { Diagnosis } from '../ports.ts';

/** A reason, and whose log would show more. */
export interface Finding {
  readonly diagnosis: Omit<Diagnosis, 'log'>;
  readonly log?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

export const finding = (
  kind: string,
  summary: string,
  advice: string,
  evidence: readonly (string | undefined)[],
  manifestPath?: string,
  log?: Finding['log'],
): Finding => ({
  diagnosis: {
    kind,
    summary,
    advice,
    evidence: evidence.filter((text): text is string => !!text),
    ...(manifestPath ? { manifestPath } : {}),
  },
  ...(log ? { log } : {}),
});

export const firstLine = (text: string): string => text.split('\n')[0] ?? '';
