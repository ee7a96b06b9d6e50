import type { BuiltImage } from '../ports.ts';
import type { DockerConnection } from './connection.ts';

/** What `GET /images/{name}/json` says that is used here (Engine API, ImageInspect). */
interface ImageInspect {
  readonly Id: string;
  readonly Size: number;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
  readonly Config?: {
    readonly User?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Env?: readonly string[] | null;
  } | null;
}

export type InspectedImage = Pick<BuiltImage, 'id' | 'layers' | 'size' | 'config'>;

/** An image on the engine by id, tag or `repository@digest`. Throws with status 404 when it is not there. */
export async function inspectImage(connection: DockerConnection, name: string, signal: AbortSignal): Promise<InspectedImage> {
  const image = await connection.json<ImageInspect>('GET', `/images/${imagePath(name)}/json`, { seconds: 30 }, signal);
  return {
    id: image.Id,
    layers: image.RootFS?.Layers ?? [],
    size: image.Size,
    config: { user: image.Config?.User ?? '', labels: image.Config?.Labels ?? {}, env: image.Config?.Env ?? [] },
  };
}

/** What made the layers of an image, lowest first (Engine API, ImageHistory). */
export async function imageHistory(connection: DockerConnection, name: string, signal: AbortSignal): Promise<BuiltImage['history']> {
  const path = `/images/${imagePath(name)}/history`;
  const entries = await connection.json<readonly { readonly CreatedBy?: string; readonly Size?: number }[]>(
    'GET',
    path,
    { seconds: 30 },
    signal,
  );
  return entries.map(({ CreatedBy = '', Size = 0 }) => ({ createdBy: CreatedBy, size: Size })).reverse();
}

/** Id of an image that bears a build's id as a label (Engine API, ImageList); undefined when there is none. */
export async function imageOfBuild(connection: DockerConnection, build: string, signal: AbortSignal): Promise<string | undefined> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`waybill.dev/build-id=${build}`] }));
  const images = await connection.json<readonly { readonly Id: string }[]>(
    'GET',
    `/images/json?filters=${filters}`,
    { seconds: 30 },
    signal,
  );
  return images[0]?.Id;
}

/** An image name in a path: its slashes stay. */
export function imagePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
