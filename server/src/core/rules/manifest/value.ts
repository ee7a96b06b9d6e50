import { effectiveInput, productEnvironments } from '../../features/workspace.ts';
import { computeEffective } from '../../service/compute.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Problems that have rules of their own, which say more of them. */
const elsewhere = /^`[^`]*` has no value in |^There is no port `|are both 0: nothing could ever be replaced/;

/** In every environment every value of the manifest can be computed. */
export const rule: ManifestRule = {
  summary: 'Every value of a manifest can be computed in every environment: names exist, amounts can be read, files are there.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check({ service, workspace, yaml }) {
    // A file of another shape is reported as such; what follows from that is noise.
    if (!service?.name || yaml.root?.kind !== 'map' || yaml.problems.length > 0) return [];
    const reports = new Map<string, Report>();
    for (const environment of productEnvironments(workspace, service)) {
      for (const { range, message, severity } of computeEffective(effectiveInput(workspace, service, yaml.root, environment)).problems) {
        if (elsewhere.test(message)) continue;
        const key = `${range.start.line}:${range.start.character}:${message}`;
        if (!reports.has(key)) reports.set(key, { range, message, ...(severity === 'error' ? {} : { severity }) });
      }
    }
    return [...reports.values()];
  },
};
