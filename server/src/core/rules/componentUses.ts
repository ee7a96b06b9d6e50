import type { Component, ComponentVersion, Standards } from '../standards/model.ts';
import { itemsAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';

/** A component of a base image: an entry of `components`, or its `jdk`. */
export interface ComponentUse {
  readonly name: string;
  /** The name in `components`, the version in `jdk`. */
  readonly place: YamlNode;
  readonly versionNode?: YamlNode;
  readonly component?: Component;
  /** As written, or the component's default. */
  readonly version?: ComponentVersion;
}

export interface ImageWithComponents {
  readonly name: string;
  readonly item: YamlNode;
  readonly uses: readonly ComponentUse[];
}

/** The base images that a file of standards defines, with what is in them. */
export function imagesWithComponents({ yaml, standards }: ManifestContext): readonly ImageWithComponents[] {
  if (!standards) return [];
  return itemsAt(yaml.root, 'baseImages').map((item) => {
    const jdk = valueAt(item, 'jdk');
    const listed = itemsAt(item, 'components').flatMap((entry) => use(standards, textAt(entry, 'name'), valueAt(entry, 'name'), entry));
    return {
      name: textAt(item, 'name') ?? '',
      item,
      uses: jdk ? [...listed, ...use(standards, 'jdk', valueAt(jdk, 'version') ?? jdk, jdk)] : listed,
    };
  });
}

function use(standards: Standards, name: string | undefined, place: YamlNode | undefined, entry: YamlNode): ComponentUse[] {
  if (!name || !place) return [];
  const component = standards.components.find((candidate) => candidate.name === name);
  const versionNode = valueAt(entry, 'version');
  const written = textAt(versionNode);
  const version = component?.versions.find((candidate) => (written === undefined ? candidate.default : candidate.version === written));
  return [{ name, place, ...(versionNode ? { versionNode } : {}), ...(component ? { component } : {}), ...(version ? { version } : {}) }];
}
