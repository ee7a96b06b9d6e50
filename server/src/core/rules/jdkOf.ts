import { textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';

/** The JDK that a service gets in an environment. */
export interface JdkUse {
  readonly version: string;
  readonly mode: 'hostMount' | 'imageVolume' | 'layer';
  /** Where it is on the machines, when the standards say so. */
  readonly hostPath?: string;
  /** The word that asks for it: `jdk.version`, else the section, else the base image. */
  readonly place: YamlNode;
}

/** From the manifest, else from its base image, else from the standards; undefined when none of them speaks of a JDK. */
export function jdkOf({ standards, yaml }: ManifestContext, tree: YamlNode): JdkUse | undefined {
  const baseNode = valueAt(tree, 'build', 'base') ?? valueAt(yaml.root, 'build', 'base');
  const base = standards?.images.find((image) => image.name === textAt(baseNode));
  const component = standards?.components.find(({ name }) => name === 'jdk');
  const version = textAt(tree, 'jdk', 'version') ?? base?.jdk?.version;
  const place = valueAt(tree, 'jdk', 'version') ?? valueAt(tree, 'jdk', 'mode') ?? baseNode;
  if (version === undefined || !place) return undefined;
  const wanted = textAt(tree, 'jdk', 'mode') ?? base?.jdk?.mode ?? component?.mode;
  const mode = wanted === 'imageVolume' || wanted === 'layer' ? wanted : 'hostMount';
  const hostPath = component?.hostPath?.replaceAll('{version}', version);
  return { version, mode, place, ...(hostPath === undefined ? {} : { hostPath }) };
}
