/** What stands around a file that people keep beside a service. */

import type { ServiceManifest } from '../service/parse.ts';
import type { Section, SupervisorFile } from '../supervisor/parse.ts';
import type { TextEdit } from '../text/edits.ts';
import { isBelow, normalUri, parentUri } from '../text/uris.ts';
import type { ManifestContext } from './manifestContext.ts';

/** The service whose folder holds the file, the nearest one. */
export function serviceAround({ workspace, uri }: ManifestContext): ServiceManifest | undefined {
  return deepest(
    workspace.services.filter((service) => isBelow(normalUri(uri), normalUri(service.folderUri))),
    (service) => service.folderUri,
  );
}

/** The texts of the Dockerfiles in the nearest folder above the file that has any. */
export function dockerfilesAround({ workspace, uri }: ManifestContext): readonly string[] {
  const above = [...workspace.files.values()].filter(
    (file) => file.kind === 'dockerfile' && isBelow(normalUri(uri), parentUri(normalUri(file.uri))),
  );
  const nearest = deepest(above, (file) => parentUri(normalUri(file.uri)));
  const folder = nearest && parentUri(normalUri(nearest.uri));
  return above.filter((file) => parentUri(normalUri(file.uri)) === folder).map(({ text }) => text);
}

function deepest<T>(list: readonly T[], folder: (item: T) => string): T | undefined {
  return list.reduce<T | undefined>((best, item) => (best && folder(best).length >= folder(item).length ? best : item), undefined);
}

/** Adds lines at the end of a section. */
export function addSetting({ text, index }: SupervisorFile, { end }: Section, lines: string): TextEdit {
  const broken = end > 0 && !/[\r\n]/.test(text[end - 1] ?? '');
  return { range: index.range(end, end), text: broken ? `\n${lines}` : `${lines}\n` };
}
