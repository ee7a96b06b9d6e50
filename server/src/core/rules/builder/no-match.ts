import type { BuilderPool } from '../../../protocol.ts';
import { didYouMean, suggest } from '../../text/suggest.ts';
import { entriesAt, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** A machine of the pool can carry out the build. */
export const rule: ManifestRule = {
  summary: 'A member of `build.pool` has the labels of `build.selector` and the platforms of the build.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const pool = poolOf(context);
    return pool && pool.members.length > 0 ? [...selectorReports(context, pool), ...platformReports(context, pool)] : [];
  },
};

function poolOf({ service, environments, yaml }: ManifestContext): BuilderPool | undefined {
  if (!service || !environments || environments.product !== service.product) return undefined;
  const name = textAt(yaml.root, 'build', 'pool');
  return name === undefined ? undefined : environments.pools.find((pool) => pool.name === name);
}

function selectorReports({ yaml }: ManifestContext, pool: BuilderPool): readonly Report[] {
  const selector = entriesAt(yaml.root, 'build', 'selector').flatMap((entry) => {
    const text = textAt(entry.value);
    return text === undefined ? [] : [{ ...entry, text }];
  });
  const single = selector.flatMap((entry): Report[] => {
    const values = [...new Set(pool.members.flatMap((member) => member.labels[entry.key] ?? []))];
    if (values.includes(entry.text)) return [];
    if (values.length === 0) {
      const keys = [...new Set(pool.members.flatMap((member) => Object.keys(member.labels)))];
      const near = suggest(entry.key, keys);
      return [
        {
          range: entry.keyRange,
          message: `No builder of \`${pool.name}\` has a label \`${entry.key}\`.${didYouMean(entry.key, keys)}`,
          fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: entry.keyRange, text: near }] }] : [],
        },
      ];
    }
    const near = suggest(entry.text, values) ?? (values.length === 1 ? values[0] : undefined);
    return [
      {
        range: entry.value.range,
        message: `No builder of \`${pool.name}\` has \`${entry.key}: ${entry.text}\`. There is ${values.map((value) => `\`${value}\``).join(', ')}.`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: entry.value.range, text: near }], preview: true }] : [],
      },
    ];
  });
  const last = selector.at(-1);
  if (single.length > 0 || !last || pool.members.some((member) => selector.every((entry) => member.labels[entry.key] === entry.text)))
    return single;
  return [{ range: last.keyRange, message: `No builder of \`${pool.name}\` has all of these labels together.` }];
}

/** Builders that do not say what they are may be anything. */
function platformReports({ yaml }: ManifestContext, pool: BuilderPool): readonly Report[] {
  const known = pool.members.flatMap((member) => member.labels.arch ?? []);
  if (known.length < pool.members.length) return [];
  return itemsAt(yaml.root, 'build', 'platforms').flatMap((item) => {
    const wanted = textAt(item)?.split('/')[1];
    if (wanted === undefined || known.includes(wanted) || valueAt(yaml.root, 'build', 'selector', 'arch')) return [];
    return [
      {
        range: item.range,
        message: `No builder of \`${pool.name}\` is \`${wanted}\`: the build would be emulated, or fail. There is ${[...new Set(known)].map((arch) => `\`${arch}\``).join(', ')}.`,
        severity: 'warning' as const,
      },
    ];
  });
}
