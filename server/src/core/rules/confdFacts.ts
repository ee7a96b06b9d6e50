import { type ConfdSetting, confdSetting } from '../confd/parse.ts';
import { productEnvironments, type WorkspaceFile } from '../features/workspace.ts';
import { interpolate } from '../service/interpolate.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { variablesOf } from '../service/variables.ts';
import { baseName, isBelow, normalUri, parentUri, relativePath, resolveUri } from '../text/uris.ts';
import { textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { ManifestContext } from './manifestContext.ts';

/** Where a service registers in an environment. */
export interface Registered {
  readonly service: ServiceManifest;
  readonly environment: string;
  /** `/ORDER_production` */
  readonly key: string;
  readonly app: YamlNode;
  readonly ttl: string;
}

/** The folder of `conf.d` and `templates`. */
export function confdFolder(uri: string): string {
  return baseName(uri).toLowerCase() === 'confd.toml' ? parentUri(normalUri(uri)) : parentUri(parentUri(normalUri(uri)));
}

/** The templates in reach of a resource: path below `templates` → file. */
export function templatesOf({ workspace, uri }: ManifestContext): ReadonlyMap<string, WorkspaceFile> {
  const folder = `${confdFolder(uri)}/templates`;
  return new Map(
    [...workspace.files].flatMap(([at, file]): [string, WorkspaceFile][] => {
      const path = file.kind === 'template' && isBelow(at, folder) ? relativePath(folder, at) : undefined;
      return path === undefined ? [] : [[path, file]];
    }),
  );
}

/** The template of a resource, when it is in the workspace. */
export function templateOf(context: ManifestContext): { readonly src: ConfdSetting; readonly file: WorkspaceFile } | undefined {
  const src = confdSetting(context.confd?.template, 'src');
  const file = src?.text === undefined ? undefined : templatesOf(context).get(src.text.replace(/^\.?\/+/, ''));
  return src && file ? { src, file } : undefined;
}

/** The services whose `registration.proxy.confd` is this resource. */
export function servicesOf({ workspace, uri }: ManifestContext): readonly ServiceManifest[] {
  return workspace.services.filter((service) => {
    const path = textAt(service.root, 'registration', 'proxy', 'confd');
    return path !== undefined && normalUri(resolveUri(service.folderUri, path)) === normalUri(uri);
  });
}

/** Where services register: in each environment of their product. */
export function registrations({ workspace }: ManifestContext, services: readonly ServiceManifest[]): readonly Registered[] {
  return services.flatMap((service) =>
    productEnvironments(workspace, service).flatMap((environment): Registered[] => {
      const etcd = valueAt(workspace.merged(service, environment.name), 'registration', 'etcd');
      const app = valueAt(etcd, 'app');
      const text = textAt(app);
      if (!app || text === undefined) return [];
      const name = interpolate(text, variablesOf(service, environment), () => undefined);
      return [{ service, environment: environment.name, key: `/${name}_${environment.name}`, app, ttl: textAt(etcd, 'ttl') ?? '30s' }];
    }),
  );
}
