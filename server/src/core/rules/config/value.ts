import { comparePositions } from '../../text/edits.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { validate } from '../../yaml/validate.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { unknownKeyRanges } from './unknown-key.ts';

/** A value of the wrong kind makes hadolint refuse the file, or drop the setting. */
export const rule: ManifestRule = {
  summary: 'The values of `.hadolint.yaml` are of the kind that hadolint reads.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['hadolint'],
  check(context) {
    const { root, problems } = context.yaml;
    if (!root || problems.some(({ fatal }) => fatal)) return [];
    const elsewhere = unknownKeyRanges(context);
    return validate(schemaOf('hadolint'), root)
      .filter(({ range }) => !elsewhere.some((other) => comparePositions(other.start, range.start) === 0))
      .map(({ range, message, replacement }) => ({
        range,
        message,
        fixes: replacement
          ? [{ title: replacement.title, edits: [{ range, text: replacement.text }], preview: replacement.guess === true }]
          : [],
      }));
  },
};
