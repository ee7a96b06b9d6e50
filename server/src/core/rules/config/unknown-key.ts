import type { Range } from '../../../protocol.ts';
import { suggest } from '../../text/suggest.ts';
import { schemaOf } from '../../yaml/schemas.ts';
import { entriesAt, type MapEntry } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** hadolint drops a key that it does not know without a word. */
export const rule: ManifestRule = {
  summary: 'The keys of `.hadolint.yaml` are keys that hadolint knows.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['hadolint'],
  check: (context) => unknownKeys(context).map(({ entry, known }) => report(entry, known)),
};

interface UnknownKey {
  readonly entry: MapEntry;
  readonly known: readonly string[];
}

/** Keys outside of the format, at the top and under `override`. */
function unknownKeys({ yaml }: ManifestContext): readonly UnknownKey[] {
  const top = schemaOf('hadolint').properties ?? {};
  const levels = Object.keys(top.override?.properties ?? {});
  const outside = (entries: readonly MapEntry[], known: readonly string[]) =>
    entries.filter(({ key }) => !known.includes(key)).map((entry) => ({ entry, known }));
  return [...outside(entriesAt(yaml.root), Object.keys(top)), ...outside(entriesAt(yaml.root, 'override'), levels)];
}

/** Places that this rule reports; other rules leave them alone. */
export function unknownKeyRanges(context: ManifestContext): readonly Range[] {
  return unknownKeys(context).map(({ entry }) => entry.keyRange);
}

/** Words that people write for what hadolint calls otherwise. */
const otherWords: Readonly<Record<string, string>> = {
  ignore: 'ignored',
  ignores: 'ignored',
  'allowed-registries': 'trustedRegistries',
  allowedRegistries: 'trustedRegistries',
  'trusted-registries': 'trustedRegistries',
  threshold: 'failure-threshold',
  'label-schemas': 'label-schema',
  labels: 'label-schema',
};

function report({ key, keyRange }: MapEntry, known: readonly string[]): Report {
  const other = Object.hasOwn(otherWords, key) ? otherWords[key] : undefined;
  const near = other !== undefined && known.includes(other) ? other : suggest(key, known);
  const advice = near ? `Did you mean \`${near}\`?` : `Known are ${known.map((name) => `\`${name}\``).join(', ')}.`;
  return {
    range: keyRange,
    message: `hadolint knows no \`${key}\` and drops it without a word. ${advice}`,
    fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: keyRange, text: near }], preview: true }] : [],
  };
}
