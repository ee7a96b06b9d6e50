import { booleanAt, itemsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A container's own files go with it: logs leave it through stdout or a collector. */
export const rule: ManifestRule = {
  summary: 'A service that does not log to stdout lists its log files.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const stdout = valueAt(tree, 'logs', 'stdout');
      if (!stdout || booleanAt(stdout) !== false || itemsAt(tree, 'logs', 'files').length > 0) return [];
      return [
        {
          range: stdout.range,
          message: 'Nothing goes to stdout and `logs.files` lists nothing: every line is lost with the container.',
          fixes: replaced(stdout, 'true', true),
        },
      ];
    }),
};
