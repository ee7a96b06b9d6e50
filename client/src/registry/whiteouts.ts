import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/**
 * Paths that a layer takes away from those below it (OCI image-spec, layer.md, "Whiteouts"), without what the same layers brought before.
 * Undefined when the layer is packed in a way that cannot be read here.
 */
export async function whiteouts(
  bytes: ReadableStream<Uint8Array>,
  mediaType: string,
  own: Set<string>,
): Promise<readonly string[] | undefined> {
  if (/zstd/.test(mediaType)) {
    await bytes.cancel();
    return undefined;
  }
  const found: string[] = [];
  const reader = extract();
  reader.on('entry', (header, content, next) => {
    const path = header.name.replace(/^\.?\//, '').replace(/\/$/, '');
    const slash = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
    if (name === '.wh..wh..opq') note(found, own, folder);
    else if (name.startsWith('.wh.')) note(found, own, folder === '' ? name.slice(4) : `${folder}/${name.slice(4)}`);
    else own.add(path);
    content.on('end', next);
    content.resume();
  });
  const source = Readable.fromWeb(bytes as import('node:stream/web').ReadableStream);
  await (/gzip/.test(mediaType) ? pipeline(source, createGunzip(), reader) : pipeline(source, reader));
  return found;
}

function note(found: string[], own: ReadonlySet<string>, path: string): void {
  if (!own.has(path)) found.push(path);
}
