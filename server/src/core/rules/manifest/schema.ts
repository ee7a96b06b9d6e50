import { isLocal } from '../../features/workspace.ts';
import type { JsonSchema } from '../../yaml/schema.ts';
import { environmentsSchema, serviceSchema, standardsSchema } from '../../yaml/schemas.ts';
import { validate } from '../../yaml/validate.ts';
import type { ManifestKind, ManifestRule } from '../manifestContext.ts';

const schemas: Readonly<Record<ManifestKind, JsonSchema>> = {
  service: serviceSchema,
  environments: environmentsSchema,
  standards: standardsSchema,
};

/** The file has the shape that its schema describes. */
export const meta: ManifestRule = {
  summary: 'Waybill’s files have known keys with values of the right kind.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service', 'environments', 'standards'],
  check({ yaml, kind, uri }) {
    if (!yaml.root) return [];
    if (yaml.root.kind !== 'map') {
      return yaml.problems.length > 0
        ? []
        : [{ range: yaml.root.range, message: 'This file should be a map: it begins with `apiVersion: waybill.dev/v1`.' }];
    }
    return validate(schemas[kind], yaml.root, { partial: isLocal(uri) }).map((violation) => ({
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
