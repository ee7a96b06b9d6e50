import { looksLikeSecret, namesSecret } from '../../service/secretWords.ts';
import { entriesAt, type MapEntry } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { standsIn } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** No secret stands in a manifest: values are references. */
export const rule: ManifestRule = {
  summary: '`env` and `build.args` hold references to secrets, never their values.',
  severity: 'error',
  aliases: ['env/secret-literal', 'secret/in-build-arg'],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, yaml } = context;
    if (!service) return [];
    return [
      ...entriesAt(yaml.root, 'env').flatMap((entry) => judge(context, entry, 'env') ?? []),
      ...service.overrides.flatMap(({ value }) => {
        const entries = entriesAt(value, 'env').filter((entry) => standsIn(value, entry.value));
        return entries.flatMap((entry) => judge(context, entry, 'env') ?? []);
      }),
      ...entriesAt(yaml.root, 'build', 'args').flatMap((entry) => judge(context, entry, 'build.args') ?? []),
    ];
  },
};

function judge({ service, standards }: ManifestContext, { key, value }: MapEntry, where: 'env' | 'build.args'): Report | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'string' || value.value === '') return undefined;
  // References, paths and switches are no values of secrets.
  if (/^\$|^(?:\/|\.{1,2}\/|~\/)|^(?:true|false|yes|no|on|off|none|null)$/i.test(value.value)) return undefined;
  const kind = looksLikeSecret(value.value);
  if (!kind && !namesSecret(key, standards?.policy.secretNamePattern)) return undefined;
  const why = kind ? `The value of \`${key}\` looks like ${kind}` : `\`${key}\` is named like a secret and has its value here`;
  const entry = key.toLowerCase().replaceAll('_', '-');
  return {
    range: value.range,
    aliases: [where === 'env' ? 'env/secret-literal' : 'secret/in-build-arg'],
    message:
      where === 'env'
        ? `${why}: everyone who reads this repository has it. Write \`{ secret: { name: …, key: … } }\`, and change the secret.`
        : `${why}: it stays in this repository and in the image’s history. Hand it over with \`build.secrets\`, and change the secret.`,
    fixes:
      where === 'env'
        ? [
            {
              title: 'Refer to a secret',
              edits: [{ range: value.range, text: `{ secret: { name: ${service?.name || 'secret'}, key: ${entry} } }` }],
              preview: true,
            },
          ]
        : [],
  };
}
