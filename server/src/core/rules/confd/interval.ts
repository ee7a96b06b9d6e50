import { confdSetting } from '../../confd/parse.ts';
import { durationSeconds } from '../../service/amounts.ts';
import { baseName } from '../../text/uris.ts';
import { registrations } from '../confdFacts.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** What confd asks for when nothing is set. Seconds. */
const usual = 600;

/** A proxy learns of instances that died about as soon as their leases end. */
export const rule: ManifestRule = {
  summary: 'confd looks at least as often as the leases of registered services last.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check(context) {
    const { confd, uri, workspace } = context;
    if (!confd || confd.problems.length > 0 || baseName(uri).toLowerCase() !== 'confd.toml') return [];
    const table = confd.tables.find(({ name }) => name === '');
    const watch = confdSetting(table, 'watch');
    const watching =
      watch && confd.text.slice(confd.index.offsetAt(watch.valueRange.start), confd.index.offsetAt(watch.valueRange.end)) === 'true';
    const leases = registrations(context, workspace.services).flatMap(({ ttl }) => durationSeconds(ttl) ?? []);
    const interval = confdSetting(table, 'interval');
    const seconds = interval ? interval.number : usual;
    const shortest = Math.min(...leases);
    if (watching || leases.length === 0 || seconds === undefined || seconds <= shortest) return [];
    const place = interval?.valueRange ?? table?.settings[0]?.keyRange ?? confd.index.range(0, 0);
    const edit = interval ? { range: interval.valueRange, text: '5' } : { range: confd.index.range(0, 0), text: 'interval = 5\n' };
    return [
      {
        range: place,
        message: `confd looks every ${seconds}s${interval ? '' : ' by default'}; registrations last ${shortest}s. For up to ${seconds}s the proxy sends requests to instances that are gone, and none to new ones.`,
        fixes: [{ title: 'Look every 5 seconds', edits: [edit] }],
      },
    ];
  },
};
