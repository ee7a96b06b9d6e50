import { itemsAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** What decides how a service runs, not how much of it there is. */
const compared = [
  'network.mode',
  'jdk.version',
  'jdk.mode',
  'rollout.strategy',
  'rollout.order',
  'lifecycle.stopGracePeriod',
  'logs.stdout',
];

/** An environment that mirrors another one (`mirrors`) runs a service in the same way. */
export const rule: ManifestRule = {
  summary: 'A service has the same variables and settings in an environment as in the one that it mirrors.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, environments, workspace } = context;
    if (!service || !environments || environments.product !== service.product) return [];
    return itemsAt(environments.root, 'environments').flatMap((item) => {
      const mirror = textAt(item, 'name');
      const model = textAt(item, 'mirrors');
      if (!mirror || !model || !environments.environments.some(({ name }) => name === model)) return [];
      const [own, other] = [workspace.merged(service, mirror), workspace.merged(service, model)];
      if (!own || !other) return [];
      return [...missingVariables(context, { mirror, model, own, other }), ...differences(context, { mirror, model, own, other })];
    });
  },
};

interface Pair {
  readonly mirror: string;
  readonly model: string;
  readonly own: YamlNode;
  readonly other: YamlNode;
}

function missingVariables(context: ManifestContext, { mirror, model, own, other }: Pair): readonly Report[] {
  const sides = [
    { have: other, lack: own, where: model, missing: mirror },
    { have: own, lack: other, where: mirror, missing: model },
  ];
  return sides.flatMap(({ have, lack, where, missing }) => {
    const env = valueAt(have, 'env');
    return (env?.kind === 'map' ? env.entries : [])
      .filter((entry) => !valueAt(lack, 'env', entry.key))
      .map((entry) => ({
        range: entry.keyRange,
        message: `\`${entry.key}\` is set in \`${where}\` and not in \`${missing}\`; \`${mirror}\` mirrors \`${model}\`, so a release is tried without it, or only with it.`,
        fixes:
          entry.value.kind === 'scalar'
            ? set(context, ['environments', missing, 'env', entry.key], entry.value, `Set it in \`${missing}\` as well`)
            : [],
      }));
  });
}

function differences(context: ManifestContext, { mirror, model, own, other }: Pair): readonly Report[] {
  return compared.flatMap((path) => {
    const steps = path.split('.');
    const [mine, theirs] = [valueAt(own, ...steps), valueAt(other, ...steps)];
    const place = theirs ?? mine;
    if (!place || textAt(mine) === textAt(theirs)) return [];
    return [
      {
        range: place.range,
        message: `\`${path}\` is ${words(theirs)} in \`${model}\` and ${words(mine)} in \`${mirror}\`, which mirrors it.`,
        fixes: theirs ? set(context, ['environments', mirror, ...steps], theirs, `Set it in \`${mirror}\` as well`) : [],
      },
    ];
  });
}

function words(node: YamlNode | undefined): string {
  return node ? `\`${textAt(node)}\`` : 'not set';
}

function set({ yaml }: ManifestContext, path: readonly string[], value: YamlNode, title: string): NonNullable<Report['fixes']> {
  const written = yaml.text.slice(yaml.index.offsetAt(value.range.start), yaml.index.offsetAt(value.range.end));
  return written.includes('\n') || written === '' ? [] : fixOf(title, setValue(yaml, path, written), true);
}
