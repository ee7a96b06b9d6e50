import { itemsAt, textAt, textsAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** A release is copied into the registry of the next environment only along the standards' `promoteFrom`. */
export const rule: ManifestRule = {
  summary: 'The registry of an environment takes images from the registries of the environments that it promotes from.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check(context) {
    const { yaml, standards, workspace } = context;
    const source = standards && workspace.yaml(standards.uri);
    const registries = itemsAt(source?.root, 'registries');
    // Registries of included or remote standards say more than this file does.
    if (!standards || !source || registries.length < standards.registries.length) return [];
    const environments = itemsAt(yaml.root, 'environments');
    const registryOf = (item: YamlNode | undefined) => textAt(item, 'registry') ?? textAt(yaml.root, 'registries', 'default');
    return environments.flatMap((item): readonly Report[] => {
      const node = valueAt(item, 'registry');
      const own = textAt(node);
      const target = registries.find((registry) => textAt(registry, 'name') === own);
      if (!node || own === undefined || target?.kind !== 'map') return [];
      const feeding = textsAt(item, 'promote', 'from').flatMap((name) => {
        const from = registryOf(environments.find((other) => textAt(other, 'name') === name));
        return from === undefined || from === own || textsAt(target, 'promoteFrom').includes(from) ? [] : [{ name, from }];
      });
      const first = feeding[0];
      if (!first) return [];
      return [
        {
          range: node.range,
          message: `Releases come from \`${first.name}\` in the registry \`${first.from}\`, and \`${own}\` takes nothing from there: add it to \`promoteFrom\` of \`${own}\` in the standards.`,
          related: [{ location: { uri: standards.uri, range: target.range }, message: `\`${own}\` in the standards` }],
        },
      ];
    });
  },
};
