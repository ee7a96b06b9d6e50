import type { ManifestRule } from '../manifestContext.ts';

/** One image goes through all environments; what differs is configuration. */
export const rule: ManifestRule = {
  summary: '`build` and `image` are not set under `environments`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check({ service }) {
    return (service?.overrides ?? []).flatMap((override) => {
      if (override.value.kind !== 'map') return [];
      return override.value.entries
        .filter((entry) => entry.key === 'build' || entry.key === 'image')
        .map((entry) => ({
          range: entry.keyRange,
          message:
            `\`${entry.key}\` cannot differ in \`${override.key}\`: the image that was tested is the one that is promoted. ` +
            'Set it at the top of the manifest, and put what differs into `env` or `config`.',
        }));
    });
  },
};
