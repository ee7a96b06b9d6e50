import type { MapEntry, YamlNode } from '../../yaml/tree.ts';
import type { KubernetesObject } from './kubernetesObjects.ts';
import type { ImportPlace } from './place.ts';

/** The objects that belong to a workload: Services by their selector, Ingresses by those, autoscalers by name. */
export interface Companions {
  readonly services: readonly KubernetesObject[];
  readonly ingresses: readonly KubernetesObject[];
  readonly scalers: readonly KubernetesObject[];
  readonly budgets: readonly KubernetesObject[];
}

/** One workload on its way to a manifest. */
export interface Workload {
  /** Its name here. */
  readonly name: string;
  readonly object: KubernetesObject;
  /** The spec of its pods. */
  readonly pod: YamlNode | undefined;
  /** The container that becomes the service. */
  readonly container: YamlNode | undefined;
  /** Path of that container. */
  readonly path: string;
  readonly companions: Companions;
  /** The data of the ConfigMaps in the file, by name. */
  readonly configMaps: ReadonlyMap<string, readonly MapEntry[]>;
  readonly secretNames: string | undefined;
  readonly place: ImportPlace;
}
