import { isLocal } from '../../features/workspace.ts';
import { didYouMean } from '../../text/suggest.ts';
import { normalUri, parentUri } from '../../text/uris.ts';
import { entriesAt, itemsAt, type MapEntry, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

const allowed: Readonly<Record<string, readonly string[]>> = {
  file: ['apiVersion', 'kind', 'metadata', 'builders', 'environments'],
  environment: ['name', 'kind', 'kubernetes', 'compose'],
  kubernetes: ['context', 'cluster', 'namespaceUid'],
  compose: ['hosts'],
  pool: ['name', 'members'],
};

/** The local file says how a workstation reaches things, never what they are. */
export const rule: ManifestRule = {
  summary: '`waybill.environments.local.yaml` sets only hosts, contexts, TLS paths and cluster pins, of environments and pools that exist.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check(context) {
    const { uri, yaml } = context;
    if (!isLocal(uri)) return [];
    return [
      ...strangers('file', entriesAt(yaml.root)),
      ...itemsAt(yaml.root, 'environments').flatMap((item) => [
        ...strangers('environment', entriesAt(item)),
        ...strangers('kubernetes', entriesAt(item, 'kubernetes')),
        ...strangers('compose', entriesAt(item, 'compose')),
      ]),
      ...itemsAt(yaml.root, 'builders').flatMap((item) => strangers('pool', entriesAt(item))),
      ...unknownNames(context, 'environments', 'environment'),
      ...unknownNames(context, 'builders', 'pool'),
    ];
  },
};

function strangers(place: string, entries: readonly MapEntry[]): readonly Report[] {
  return entries
    .filter((entry) => !allowed[place]?.includes(entry.key) && !entry.key.startsWith('x-'))
    .map((entry) => ({
      range: entry.keyRange,
      message: `\`${entry.key}\` is not taken from the local file: it belongs to the team, in \`waybill.environments.yaml\`.`,
    }));
}

/** What the local file completes has to exist. */
function unknownNames({ workspace, uri, yaml }: ManifestContext, list: string, what: string): readonly Report[] {
  const main = workspace.environments.find((file) => parentUri(normalUri(file.uri)) === parentUri(normalUri(uri)));
  if (!main) return [];
  const names = (root: YamlNode | undefined) => itemsAt(root, list).flatMap((item) => textAt(item, 'name') ?? []);
  const known = names(main.root);
  return itemsAt(yaml.root, list).flatMap((item) => {
    const name = textAt(item, 'name');
    const place = valueAt(item, 'name');
    if (!place || name === undefined || known.includes(name)) return [];
    return [
      {
        range: place.range,
        message: `There is no ${what} \`${name}\` in \`waybill.environments.yaml\` beside this file.${didYouMean(name, known)}`,
      },
    ];
  });
}
