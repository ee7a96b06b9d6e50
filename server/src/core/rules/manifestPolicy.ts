import type { ManifestContext } from './manifestContext.ts';
import type { Report } from './rule.ts';

/** Where the standards demand it: `related` of a report. `path` as in `policy.places`. */
export function policyDemand({ standards }: ManifestContext, path: string): NonNullable<Report['related']> {
  const location = standards?.policy.places?.get(path);
  return location ? [{ location, message: `\`${standards?.name}\` demands it` }] : [];
}
