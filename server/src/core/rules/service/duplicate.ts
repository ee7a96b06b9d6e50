import type { ManifestRule } from '../manifestContext.ts';

/** A service is one manifest, and an image repository belongs to one service. */
export const rule: ManifestRule = {
  summary: 'No two manifests have the same product and name, or the same image repository.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check({ service, workspace }) {
    if (!service?.name) return [];
    const others = workspace.services.filter((other) => other.uri !== service.uri);
    const twin = others.find((other) => other.id === service.id);
    if (twin) {
      return [
        {
          range: service.nameRange,
          message: `The service \`${service.id}\` is defined twice in this workspace: rename or remove one.`,
          related: [{ location: { uri: twin.uri, range: twin.nameRange }, message: 'The other definition' }],
        },
      ];
    }
    const { repository } = service;
    const owner = repository && others.find((other) => other.repository?.text === repository.text);
    if (!repository || !owner?.repository) return [];
    return [
      {
        range: repository.range,
        message: `The repository \`${repository.text}\` also belongs to \`${owner.id}\`: their releases could not be told apart.`,
        related: [{ location: { uri: owner.uri, range: owner.repository.range }, message: `\`${owner.id}\` pushes there too` }],
      },
    ];
  },
};
