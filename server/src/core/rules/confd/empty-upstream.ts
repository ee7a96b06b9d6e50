import { emptyUpstreams } from '../../confd/resource.ts';
import { templateOf } from '../confdFacts.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** nginx refuses a configuration with an `upstream` without servers, and so does the next reload for every other service. */
export const rule: ManifestRule = {
  summary: 'An `upstream` of the template has a server when no instance is registered.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['confd'],
  check(context) {
    const template = templateOf(context);
    if (!template) return [];
    return emptyUpstreams(template.file.text).map(({ name, range }) => ({
      range: template.src.valueRange,
      message: `Without an instance \`upstream ${name}\` is empty, and nginx refuses the whole file ("no servers are inside upstream"). Put \`{{else}} server 127.0.0.1:65535 down;\` into its \`range\`.`,
      related: [{ location: { uri: template.file.uri, range }, message: `\`${name}\` in the template` }],
    }));
  },
};
