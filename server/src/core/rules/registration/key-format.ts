import { textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** The key is `/<app>_<environment>/<address>-<port>`: the name is one step of a path. */
export const rule: ManifestRule = {
  summary: '`registration.etcd.app` is one step of a key: letters, digits, `.`, `_` and `-`, without the environment.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const app = valueAt(tree, 'registration', 'etcd', 'app');
      const text = textAt(app);
      if (!app || text === undefined) return [];
      const own = (context.service?.name ?? '').replaceAll('-', '_').toUpperCase();
      return [judge(app, text, own)].flatMap((report) => report ?? []);
    }),
};

function judge(app: YamlNode, text: string, own: string): Report | undefined {
  const bare = text.replaceAll(/\$\{[^}]*\}/g, '');
  if (/\$\{environment\.name\}/.test(text)) {
    const rest = bare.replaceAll(/^[_/-]+|[_/-]+$/g, '') || own;
    const message = 'The environment is part of the key already: this one would have it twice, and no template looks there.';
    return { range: app.range, message, severity: 'warning', fixes: rest === '' ? [] : replaced(app, rest, true) };
  }
  const wrong = text === '' ? '' : /[^\w.-]/.exec(bare)?.[0];
  if (wrong === undefined) return undefined;
  const right = bare.replaceAll(/^[^\w.-]+|[^\w.-]+$/g, '').replaceAll(/[^\w.-]+/g, '_') || own;
  const why = wrong === '/' ? '`/` begins another level' : wrong === '' ? 'it is empty' : `it has \`${wrong}\``;
  return {
    range: app.range,
    message: `The name is one step of the key in etcd, and ${why}: use letters, digits, \`.\`, \`_\` and \`-\`.`,
    fixes: right === '' || bare !== text ? [] : replaced(app, right, true),
  };
}
