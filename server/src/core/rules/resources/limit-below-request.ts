import { cpuCores, memoryBytes } from '../../service/amounts.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** The cluster refuses a container that may use less than it is promised. */
export const rule: ManifestRule = {
  summary: 'No limit is below the request of the same resource.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      (['cpu', 'memory'] as const).flatMap((resource) => {
        const limit = valueAt(tree, 'resources', 'limits', resource);
        const [limitText, requestText] = [textAt(limit), textAt(tree, 'resources', 'requests', resource)];
        const amount = resource === 'cpu' ? cpuCores : memoryBytes;
        const [most, least] = [amount(limitText ?? ''), amount(requestText ?? '')];
        if (!limit || most === undefined || least === undefined || most >= least) return [];
        return [
          {
            range: limit.range,
            message: `The limit of ${resource} (\`${limitText}\`) is below the request (\`${requestText}\`): the cluster refuses the container.`,
            fixes: [{ title: `Raise the limit to ${requestText}`, edits: [{ range: limit.range, text: requestText ?? '' }] }],
          },
        ];
      }),
    ),
};
