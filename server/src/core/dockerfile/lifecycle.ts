import type { Location } from '../../protocol.ts';
import type { CatalogueImage, Component, ComponentVersion, Standards } from '../standards/model.ts';
import { osOf } from './catalogue.ts';

/** One thing in an image that has an end of life. */
export interface LifecycleEntry {
  /** For sentences: `` `rocky-9` `` or `` `tomcat` 9.0 ``. */
  readonly what: string;
  readonly kind: 'image' | 'os' | 'component';
  /** ISO date; null: supported without a known end; absent: not said. */
  readonly eol?: string | null;
  readonly location: Location;
  /** What the standards put in its place. */
  readonly replacement?: string;
}

/** The image, its OS and its components, with their ends of life. */
export function lifecycleOf(standards: Standards | undefined, image: CatalogueImage): readonly LifecycleEntry[] {
  const os = osOf(standards, image);
  const entries: LifecycleEntry[] = [];
  if (image.layer !== 'os' && image.eol) entries.push(imageEntry(image, 'image'));
  if (os) entries.push(imageEntry(os, 'os'));
  const jdk = image.jdk && !image.components.some(({ name }) => name === 'jdk') ? [{ name: 'jdk', ...image.jdk }] : [];
  for (const use of [...image.components, ...jdk]) {
    const component = standards?.components.find(({ name }) => name === use.name);
    if (component) entries.push(componentEntry(component, use.version));
  }
  return entries;
}

function imageEntry(image: CatalogueImage, kind: 'image' | 'os'): LifecycleEntry {
  const replacement = image.deprecated?.replacedBy;
  return {
    what: `\`${image.name}\``,
    kind,
    location: image.location,
    ...(image.eol ? { eol: image.eol } : {}),
    ...(replacement ? { replacement } : {}),
  };
}

function componentEntry(component: Component, used: string | undefined): LifecycleEntry {
  const version = versionOf(component, used);
  const shown = used ?? version?.version;
  const replacement = version?.deprecated?.replacedBy;
  return {
    what: `\`${component.name}\`${shown ? ` ${shown}` : ''}`,
    kind: 'component',
    location: component.location,
    ...(version?.eol === undefined ? {} : { eol: version.eol }),
    ...(replacement ? { replacement: `${component.name} ${replacement}` } : {}),
  };
}

/** The catalogue's entry for a used version: equal, or the line it belongs to (`9.0` for 9.0.121); without one, the default. */
function versionOf(component: Component, used: string | undefined): ComponentVersion | undefined {
  if (used === undefined) return component.versions.find((version) => version.default);
  const exact = component.versions.find(({ version }) => version === used);
  return exact ?? component.versions.find(({ version }) => used.startsWith(`${version}.`));
}
