import { computeEffective, productEnvironments } from '../../features/effective.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** In every environment every value of the manifest can be computed. */
export const rule: ManifestRule = {
  summary: 'Every value of a manifest can be computed in every environment: names exist, amounts can be read, what is required is given.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check({ service, workspace, yaml }) {
    // A file of another shape is reported as such; what follows from that is noise.
    if (!service?.name || yaml.root?.kind !== 'map' || yaml.problems.length > 0) return [];
    const reports = new Map<string, Report>();
    for (const environment of productEnvironments(workspace, service)) {
      for (const problem of computeEffective(workspace, service, yaml.root, environment).problems) {
        if (!problem.location) continue;
        const { start } = problem.location.range;
        const key = `${start.line}:${start.character}:${problem.message}`;
        if (!reports.has(key)) reports.set(key, { range: problem.location.range, message: problem.message });
      }
    }
    return [...reports.values()];
  },
};
