import { entryOf, type MapEntry, type MapNode, plain, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';
import { standsIn } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** An override changes something. */
export const rule: ManifestRule = {
  summary: 'What stands under one environment alone differs from what stands at the top.',
  severity: 'hint',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, yaml } = context;
    return (service?.overrides ?? []).flatMap(({ key, value }) => (value.kind === 'map' ? within(context, key, yaml.root, value, '') : []));
  },
};

function within(context: ManifestContext, name: string, under: YamlNode | undefined, over: MapNode, path: string): readonly Report[] {
  return over.entries.flatMap((entry): readonly Report[] => {
    const at = path === '' ? entry.key : `${path}.${entry.key}`;
    // What an alias or `<<` brings in stands elsewhere; `build` and `image` are reported by another rule.
    if (at === 'build' || at === 'image' || !standsIn(over, entry.value)) return [];
    const base = entryOf(under, entry.key)?.value;
    if (entry.value.kind === 'map' && base?.kind === 'map' && path !== 'env') return within(context, name, base, entry.value, at);
    // Beside other values of the same setting it is one row of a table.
    const others = (context.service?.overrides ?? []).filter((override) => override.key !== name);
    if (base && others.some(({ value }) => valueAt(value, ...at.split('.')) !== undefined)) return [];
    const why = idle(base, entry.value);
    return why ? [report(context, over, entry, `${why} in \`${name}\``)] : [];
  });
}

/** Why an override does nothing; a section that only the environment has is none. */
function idle(base: YamlNode | undefined, value: YamlNode): string | undefined {
  const removes = value.kind === 'scalar' && value.value === null && !value.quoted;
  if (!base) return removes ? 'There is nothing at the top that it could remove' : undefined;
  if (removes || base.kind !== value.kind) return undefined;
  return JSON.stringify(plain(base)) === JSON.stringify(plain(value)) ? 'The top says the same already' : undefined;
}

function report({ yaml }: ManifestContext, map: MapNode, entry: MapEntry, why: string): Report {
  return {
    range: entry.keyRange,
    message: `\`${entry.key}\`: ${why.replace(/ in (`[^`]+`)$/, ', so this changes nothing in $1')}.`,
    tags: ['unnecessary'],
    fixes: fixOf(`Remove \`${entry.key}\``, withoutEntry(yaml, map, entry)),
  };
}
