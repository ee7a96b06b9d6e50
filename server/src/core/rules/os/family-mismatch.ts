import { itemsAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { imagesWithComponents } from '../componentUses.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** A component has a recipe for the package manager of the system that it is put on. */
export const rule: ManifestRule = {
  summary: 'Components of a base image have an `install` recipe for the family of its OS image.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['standards'],
  check(context) {
    const { standards } = context;
    return imagesWithComponents(context).flatMap(({ item, uses }) => {
      const os = standards?.images.find((image) => image.layer === 'os' && image.name === textAt(item, 'os'));
      const family = os?.family;
      if (!os || !family) return [];
      return uses.flatMap(({ name, place, component }): readonly Report[] => {
        const recipes = component && recipesOf(context, component.location.uri, name);
        if (!recipes || recipes.length === 0 || recipes.includes(family) || recipes.includes('all')) return [];
        return [
          {
            range: place.range,
            message: `\`${name}\` is installed on ${recipes.map((one) => `\`${one}\``).join(', ')}; \`${os.name}\` is \`${family}\`. Add \`install.${family}\` to the component.`,
            related: [{ location: component.location, message: `\`${name}\` is defined here` }],
          },
        ];
      });
    });
  },
};

function recipesOf({ workspace }: ManifestContext, uri: string, name: string): readonly string[] {
  const item = itemsAt(workspace.yaml(uri)?.root, 'components').find((component: YamlNode) => textAt(component, 'name') === name);
  const install = valueAt(item, 'install');
  return install?.kind === 'map' ? install.entries.map(({ key }) => key) : [];
}
