import type { EffectiveService, Location } from '../../protocol.ts';
import type { Standards } from '../standards/model.ts';
import { resolveUri } from '../text/uris.ts';
import { itemsAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { properties, type ReadFile } from './env.ts';
import type { ServiceManifest } from './parse.ts';

/** A part of the effective configuration that no line of the manifest holds. */
export interface Derived {
  /** `jdk.hostPath` */
  readonly name: string;
  readonly value: string;
  readonly location?: Location;
  readonly message: string;
}

/** What the standards add: paths of the JDK and the user. */
export function fromStandards(tree: YamlNode, built: EffectiveService, standards: Standards | undefined): readonly Derived[] {
  if (!standards) return [];
  const base = standards.images.find((image) => image.name === textAt(tree, 'build', 'base'));
  const os = standards.images.find((image) => image.layer === 'os' && image.name === base?.os);
  const component = standards.components.find(({ name }) => name === 'jdk');
  const written = (key: string) => valueAt(tree, 'jdk', key) !== undefined;
  const found: Derived[] = [];
  const add = (
    name: string,
    value: string | number | undefined,
    place: { readonly name: string; readonly location: Location } | undefined,
  ) => {
    if (value !== undefined && place)
      found.push({
        name,
        value: String(value),
        location: place.location,
        message: `\`${place.name}\` in the standards \`${standards.name}\``,
      });
  };
  if (built.jdk) {
    if (!written('version')) add('jdk.version', built.jdk.version, base);
    if (!written('mode')) add('jdk.mode', built.jdk.mode, base?.jdk?.mode ? base : component);
    add('jdk.hostPath', built.jdk.hostPath, component);
    if (component?.mountPath) add('jdk.mountPath', built.jdk.mountPath, component);
  }
  add('uid', built.uid, base?.user?.uid !== undefined || base?.config?.user ? base : os);
  return found;
}

/** What files named under `envFrom` add to `env`; those that `env` sets as well are not theirs. */
export function fromFiles(tree: YamlNode, service: ServiceManifest, readFile: ReadFile): readonly Derived[] {
  const found = new Map<string, Derived>();
  for (const item of itemsAt(tree, 'envFrom')) {
    const path = textAt(item, 'configFile');
    const text = path === undefined ? undefined : readFile(path);
    if (path === undefined || text === undefined) continue;
    const uri = resolveUri(service.folderUri, path);
    for (const { name, value, line } of properties(text)) {
      const start = { line, character: 0 };
      found.set(name, { name: `env.${name}`, value, location: { uri, range: { start, end: start } }, message: `\`${path}\`` });
    }
  }
  return [...found].flatMap(([name, derived]) => (valueAt(tree, 'env', name) ? [] : [derived]));
}
