import type { Location } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { normalUri } from '../text/uris.ts';
import type { ImageIndex } from './imageIndex.ts';
import type { Lens } from './lensesDockerfile.ts';

/** Above an image of the standards: who stands on it and where it is named; above a component: the images that it is in. */
export function lensesManifest(context: ManifestContext, index: () => ImageIndex): readonly Lens[] {
  const { standards, uri, kind } = context;
  if (kind !== 'standards' || !standards) return [];
  const isHere = ({ location }: { readonly location: Location }) => normalUri(location.uri) === normalUri(uri);
  const images = standards.images.filter(isHere).flatMap((image): readonly Lens[] => {
    const services = index().servicesOn(image);
    const uses = index().usesOf(image);
    const lens = lensesAt(image.location);
    return [
      ...(image.layer === 'builder'
        ? []
        : [
            lens(
              counted(services.length, 'service stands', 'services stand', ' on it'),
              services.map((service) => ({ uri: service.uri, range: service.nameRange })),
            ),
          ]),
      lens(uses.length === 0 ? 'used nowhere here' : `used in ${uses.length} ${uses.length === 1 ? 'place' : 'places'}`, uses),
    ];
  });
  const components = standards.components.filter(isHere).map((component): Lens => {
    const holders = standards.images.filter((image) => holds(image.components, component.name) || (component.name === 'jdk' && image.jdk));
    return lensesAt(component.location)(
      holders.length === 0 ? 'in no image' : counted(holders.length, 'image has', 'images have', ' it'),
      holders.map(({ location }) => location),
    );
  });
  return [...images, ...components];
}

function lensesAt({ range }: Location) {
  return (title: string, locations: readonly Location[]): Lens => ({ range, title, places: { position: range.start, locations } });
}

function holds(components: readonly { readonly name: string }[], name: string): boolean {
  return components.some((component) => component.name === name);
}

function counted(count: number, one: string, many: string, rest: string): string {
  return `${count === 0 ? 'no' : count} ${count === 1 ? one : many}${rest}`;
}
