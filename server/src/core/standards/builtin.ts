import { optional } from '../text/optional.ts';
import { type BuiltinComponent, builtinComponents, builtinSystems } from './builtinComponents.ts';
import type { CatalogueImage, Component, ComponentVersion } from './model.ts';

/** What Waybill knows of a component by its name. */
export function builtinComponent(name: string): BuiltinComponent | undefined {
  return Object.hasOwn(builtinComponents, name) ? builtinComponents[name] : undefined;
}

/** A component with what it does not say itself taken from the catalogue, when it is `builtin`. */
export function withBuiltin(component: Component): Component {
  const known = component.builtin ? builtinComponent(component.name) : undefined;
  if (!known) return component;
  const written = component.versions.map((version) => completed(version, known));
  return {
    ...component,
    title: component.title ?? known.title,
    versions: written.length > 0 ? written : known.versions.map(wholeVersion),
    conflicts: component.conflicts && component.conflicts.length > 0 ? component.conflicts : (known.conflicts ?? []),
  };
}

/** The versions that the catalogue has of a component. */
export function builtinVersions(name: string): readonly ComponentVersion[] {
  return builtinComponent(name)?.versions.map(wholeVersion) ?? [];
}

function wholeVersion(line: BuiltinComponent['versions'][number]): ComponentVersion {
  return { version: line.version, eol: line.eol, default: line.default === true, requires: line.requires ?? {} };
}

function completed(version: ComponentVersion, { versions }: BuiltinComponent): ComponentVersion {
  const line = lineOf(versions, version.version);
  if (!line) return version;
  const requires = Object.keys(version.requires).length > 0 ? version.requires : (line.requires ?? {});
  return { ...version, requires, ...(version.eol === undefined ? { eol: line.eol } : {}) };
}

/** The entry of a list for a version: equal, or the line that it belongs to (`9.0` for 9.0.121). */
export function lineOf<T extends { readonly version: string }>(versions: readonly T[], wanted: string): T | undefined {
  return versions.find(({ version }) => version === wanted) ?? versions.find(({ version }) => wanted.startsWith(`${version}.`));
}

/** An OS image whose end of life is not stated, with that of its distribution and version. */
export function withSystem(image: CatalogueImage): CatalogueImage {
  if (image.layer !== 'os' || image.eol !== undefined || image.version === undefined) return image;
  return { ...image, ...optional('eol', systemEnd(image, image.version)) };
}

function systemEnd({ name, repository }: CatalogueImage, version: string): string | undefined {
  const words = `${repository.slice(repository.indexOf('/') + 1)}/${name}`.toLowerCase().split(/[/_.-]+/);
  const distribution = Object.keys(builtinSystems).find((known) => words.some((word) => word === known || word === `${known}linux`));
  const ends = distribution === undefined ? undefined : builtinSystems[distribution]?.ends;
  const line =
    ends &&
    lineOf(
      Object.keys(ends).map((key) => ({ version: key })),
      version,
    )?.version;
  return line === undefined ? undefined : ends?.[line];
}
