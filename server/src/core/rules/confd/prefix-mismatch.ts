import { type ConfdText, confdSetting, parseConfd } from '../../confd/parse.ts';
import { plainKey } from '../../confd/resource.ts';
import { suggest } from '../../text/suggest.ts';
import { confdFolder, type Registered, registrations, servicesOf } from '../confdFacts.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** A proxy reads where its services register: `/<app>_<environment>`. */
export const rule: ManifestRule = {
  summary: '`keys`, with the prefix, lead to where the services register whose proxy this is.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check(context) {
    const { confd, workspace } = context;
    const keys = confdSetting(confd?.template, 'keys');
    if (!keys?.items) return [];
    const own = servicesOf(context);
    // A resource that no manifest names is judged by what it seems to mean.
    const places = registrations(context, own.length > 0 ? own : workspace.services);
    if (places.length === 0) return [];
    const prefix = prefixOf(context);
    return keys.items.flatMap((item) => judge(item, prefix, places, own.length > 0) ?? []);
  },
};

/** The prefix of `confd.toml` takes the place of the resource's. */
function prefixOf({ confd, workspace, uri }: ManifestContext): string {
  const file = workspace.file(`${confdFolder(uri)}/confd.toml`);
  const config = file && parseConfd(file.text).tables.find(({ name }) => name === '');
  return confdSetting(config, 'prefix')?.text ?? confdSetting(confd?.template, 'prefix')?.text ?? '';
}

function judge(item: ConfdText, prefix: string, places: readonly Registered[], linked: boolean): Report | undefined {
  const key = plainKey(`${prefix}/${item.text}`);
  // Names that are filled in before confd reads them may be any.
  if (/[$%{]/.test(key) || key === '/') return undefined;
  if (places.some((place) => place.key === key || place.key.startsWith(`${key}/`) || key.startsWith(`${place.key}/`))) return undefined;
  const meant = places.find((place) => place.key.startsWith(`${key}_`));
  const known = [...new Set(places.map((place) => place.key))];
  const near = meant ? undefined : suggest(key, known);
  const place = meant ?? places.find((one) => one.key === near) ?? places[0];
  if (!place || (!linked && !meant && !near)) return undefined;
  const wanted = near ?? (meant && known.filter((one) => one.startsWith(`${key}_`)).length === 1 ? meant.key : undefined);
  const written = wanted?.startsWith(plainKey(prefix)) && prefix !== '' ? plainKey(wanted.slice(plainKey(prefix).length)) : wanted;
  return {
    range: item.range,
    message: `confd reads below \`${key}\`; \`${place.service.name}\` registers below ${known
      .slice(0, 4)
      .map((one) => `\`${one}\``)
      .join(', ')}. The proxy would have no instance.`,
    related: [{ location: { uri: place.service.uri, range: place.app.range }, message: `\`${place.service.name}\` registers here` }],
    fixes: written ? [{ title: `Change to \`${written}\``, edits: [{ range: item.range, text: `"${written}"` }], preview: true }] : [],
  };
}
