import type { YamlNode } from '../../yaml/tree.ts';
import type { ImportPlace } from './place.ts';

/** Folder and Dockerfile of a service that is built here. */
export interface ComposeBuild {
  /** URI of the context. */
  readonly folder: string;
  readonly dockerfileUri: string;
}

/** One service of a Compose file on its way to a manifest. */
export interface ComposeService {
  readonly composeUri: string;
  /** The whole file. */
  readonly root: YamlNode;
  /** Its name here. */
  readonly name: string;
  readonly node: YamlNode;
  /** `services.<its name in the file>`. */
  readonly path: string;
  readonly place: ImportPlace;
  readonly build: ComposeBuild | undefined;
  readonly secretNames: string | undefined;
  /** Names in the file → here, of those that become services. */
  readonly siblings: ReadonlyMap<string, string>;
}
