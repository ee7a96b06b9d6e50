import type { BuildArtifact, BuildCache, BuildSpec, Location, NamedContext } from '../../protocol.ts';
import type { Dockerfile, Stage } from '../dockerfile/model.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { splitCommand } from '../service/splitCommand.ts';
import type { Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { parentUri, resolveUri, uriPath } from '../text/uris.ts';
import { booleanAt, entriesAt, textAt, textsAt, valueAt } from '../yaml/tree.ts';

type Extras = Pick<BuildSpec, 'ssh' | 'contexts' | 'cache' | 'provenance' | 'sbomScanner' | 'artifact' | 'anyPlatform'>;

/** What a build takes along beyond its folder, and what it makes beyond the image; nothing that the manifest does not ask for. */
export function buildExtras(
  service: ServiceManifest,
  standards: Standards | undefined,
  file: Dockerfile | undefined,
  report: (message: string, location: Location) => void,
): Extras {
  const { root } = service;
  const provenance = textAt(root, 'build', 'provenance');
  const ssh = textsAt(root, 'build', 'ssh');
  const contexts = contextsOf(service);
  return {
    ...(ssh.length > 0 ? { ssh } : {}),
    ...(contexts.length > 0 ? { contexts } : {}),
    ...optional('cache', cacheOf(service)),
    ...(provenance === 'min' || provenance === 'max' ? { provenance } : {}),
    ...optional('sbomScanner', standards?.policy.sbomScanner),
    ...optional('artifact', artifactOf(service, report)),
    ...(file && copiesOnly(file) ? { anyPlatform: true } : {}),
  };
}

/** Does no RUN need the platform of the image? Stages on `$BUILDPLATFORM` run on the builder's own. */
function copiesOnly({ stages }: Dockerfile): boolean {
  const onBuilder = ({ from, parent }: Stage): boolean => {
    const value = from.flags.find(({ name }) => name === 'platform')?.value?.value;
    return value === undefined ? parent !== undefined && onBuilder(parent) : /^\$\{?BUILDPLATFORM\}?$/.test(value);
  };
  return stages.length > 0 && stages.every((stage) => onBuilder(stage) || stage.instructions.every(({ kind }) => kind !== 'RUN'));
}

const imagePrefix = 'docker-image://';

function contextsOf({ root, uri }: ServiceManifest): readonly NamedContext[] {
  return entriesAt(root, 'build', 'contexts').flatMap(({ key, value }): readonly NamedContext[] => {
    const text = textAt(value);
    if (text === undefined) return [];
    if (text.startsWith(imagePrefix)) return [{ name: key, image: text.slice(imagePrefix.length) }];
    return [{ name: key, folder: uriPath(resolveUri(parentUri(uri), text)) }];
  });
}

function cacheOf({ root }: ServiceManifest): BuildCache | undefined {
  const from = textsAt(root, 'build', 'cache', 'from');
  const ref = textAt(root, 'build', 'cache', 'to', 'ref');
  const inline = booleanAt(root, 'build', 'cache', 'inline') ?? false;
  if (from.length === 0 && ref === undefined && !inline) return undefined;
  const mode = textAt(root, 'build', 'cache', 'to', 'mode') === 'max' ? 'max' : 'min';
  return { from, inline, ...(ref === undefined ? {} : { to: { ref, mode } }) };
}

function artifactOf({ root, uri }: ServiceManifest, report: (message: string, location: Location) => void): BuildArtifact | undefined {
  const node = valueAt(root, 'build', 'artifact', 'command');
  const text = textAt(node);
  if (node === undefined || text === undefined) return undefined;
  const split = splitCommand(text);
  if (typeof split === 'string') {
    report(split, { uri, range: node.range });
    return undefined;
  }
  const exclude = textsAt(root, 'build', 'artifact', 'exclude');
  return {
    command: split,
    folder: uriPath(parentUri(uri)),
    outputs: textsAt(root, 'build', 'artifact', 'outputs'),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...optional('container', textAt(root, 'build', 'artifact', 'container')),
  };
}
