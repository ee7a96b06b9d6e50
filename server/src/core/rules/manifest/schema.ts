import { isLocal } from '../../features/workspace.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { validate } from '../../yaml/validate.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** The file has the shape that its schema describes. */
export const rule: ManifestRule = {
  summary: 'Waybill’s files have known keys with values of the right kind.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service', 'environments', 'standards', 'record'],
  check({ yaml, kind, uri, workspace }) {
    if (!yaml.root) return [];
    if (yaml.root.kind !== 'map') {
      return yaml.problems.length > 0
        ? []
        : [{ range: yaml.root.range, message: 'This file should be a map: it begins with `apiVersion: waybill.dev/v1`.' }];
    }
    const readable = yaml.problems.find((problem) => problem.fatal)?.range.start.line ?? Number.POSITIVE_INFINITY;
    return validate(schemaOf(kind), yaml.root, { partial: isLocal(uri), remember: workspace.violations })
      .filter((violation) => violation.range.start.line < readable)
      .map((violation) => ({
        range: violation.range,
        message: violation.message,
        fixes: violation.replacement
          ? [
              {
                title: violation.replacement.title,
                edits: [{ range: violation.range, text: violation.replacement.text }],
                preview: violation.replacement.guess === true,
              },
            ]
          : [],
      }));
  },
};
