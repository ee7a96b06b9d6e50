import type { Standards } from '../standards/model.ts';
import { globMatches, normalUri, relativePath } from '../text/uris.ts';
import type { EffectiveState } from './effective.ts';
import type { Layer } from './pragmas.ts';

/** Which layer a path belongs to by the globs of the standards; `path` is relative to their workspace folder. */
function layerOfPath(standards: Standards, path: string): Layer | undefined {
  const { layers } = standards;
  if (layers.os.some((glob) => globMatches(glob, path))) return 'os';
  if (layers.base.some((glob) => globMatches(glob, path))) return 'base';
  return layers.app.some((glob) => globMatches(glob, path)) ? 'app' : undefined;
}

/** The layer by what the target stands on: an OS image makes a base image, a base image an application. */
function layerOfRoot(state: EffectiveState | undefined): Layer | undefined {
  const image = state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
  if (image?.layer === 'os') return 'base';
  return image?.layer === 'base' ? 'app' : undefined;
}

/** What settles the layer of a Dockerfile. */
export interface LayerEvidence {
  readonly uri: string;
  /** `# waybill layer=` */
  readonly pragma?: Layer;
  readonly standards?: Standards;
  /** Workspace folder of the standards file. */
  readonly folder?: string;
  /** True when a manifest builds the file: it is an application then. */
  readonly service: boolean;
  readonly state?: EffectiveState;
}

/** The pragma, else the globs, else the manifest, else the catalogue. */
export function layerOf({ uri, pragma, standards, folder, service, state }: LayerEvidence): Layer | undefined {
  if (pragma || !standards) return pragma;
  const path = folder === undefined ? undefined : relativePath(folder, normalUri(uri));
  const byPath = path === undefined ? undefined : layerOfPath(standards, path);
  return byPath ?? (service ? 'app' : layerOfRoot(state));
}
