import { suggest } from '../../text/suggest.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

const known = ['branch', 'sha', 'timestamp', 'version'];

/** Two images never have the same tag: it is made of what differs from build to build. */
export const rule: ManifestRule = {
  summary: '`image.tag` has `{sha}` or `{timestamp}` and no field that is unknown.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const node = valueAt(context.yaml.root, 'image', 'tag');
    const text = textAt(node);
    if (!node || text === undefined) return [];
    const fields = unknownFields(context, node.range, text);
    if (fields.length > 0 || /\{(?:sha(?::\d+)?|timestamp)\}/.test(text)) return fields;
    // What has no field at all is no template; the schema says so.
    if (!/\{version\}/.test(text)) return [];
    return [
      {
        range: node.range,
        message: `\`${text}\` gives two builds of one version the same tag, and the second is refused: add \`{sha:8}\` or \`{timestamp}\`.`,
        fixes: replaced(node, `"${text}-{sha:8}"`, true),
      },
    ];
  },
};

function unknownFields({ yaml }: ManifestContext, range: Report['range'], text: string): readonly Report[] {
  const start = yaml.index.offsetAt(range.start);
  const written = yaml.text.slice(start, yaml.index.offsetAt(range.end));
  if (!written.includes(text)) return [];
  return [...written.matchAll(/\{([^}]*)\}/g)].flatMap((match): readonly Report[] => {
    const field = match[1] ?? '';
    if (/^(?:branch|timestamp|version|sha(?::[1-9]\d*)?)$/.test(field)) return [];
    const at = yaml.index.range(start + match.index, start + match.index + match[0].length);
    const near = suggest(field.split(':')[0] ?? '', known);
    return [
      {
        range: at,
        message: `\`{${field}}\` is unknown, and no image can be built. There is ${known.map((name) => `\`{${name}}\``).join(', ')}; \`{sha:8}\` shortens.`,
        fixes: near ? [{ title: `Change to \`{${near}}\``, edits: [{ range: at, text: `{${near}}` }] }] : [],
      },
    ];
  });
}
