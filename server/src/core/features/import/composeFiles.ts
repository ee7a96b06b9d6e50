import { parentUri, resolveUri } from '../../text/uris.ts';
import { entryOf, itemsAt, type MapEntry, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { labelOf } from './amounts.ts';
import type { ComposeService } from './composeModel.ts';
import { composeText, filledAt } from './composeText.ts';
import { pathFrom } from './place.ts';

interface Mount {
  readonly kind: 'bind' | 'volume' | 'other';
  readonly source: string;
  readonly target: string;
}

/** The section `config`: single files that are mounted, and the configs of Compose. */
export function configSection(service: ComposeService): Record<string, unknown>[] {
  const { node, path } = service;
  const files = [
    ...itemsAt(node, 'volumes').flatMap((item, i) => mountedFile(service, item, `${path}.volumes[${i}]`)),
    ...itemsAt(node, 'configs').flatMap((item, i) => configFile(service, item, `${path}.configs[${i}]`)),
  ];
  return files.filter((file, i) => files.findIndex((other) => other.target === file.target) === i).map((file) => ({ ...file }));
}

/** `env` entries of secrets that Compose mounts under /run/secrets, by name. */
export function mountedSecrets(service: ComposeService): Record<string, unknown> {
  const found = itemsAt(service.node, 'secrets').flatMap((item, i) => {
    const name = filledAt(item) ?? filledAt(item, 'source');
    if (!name) return [];
    const variable = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    const secret = { name: service.name, key: labelOf(name, 63) || 'value' };
    service.place.notes.changed(
      item,
      `${service.path}.secrets[${i}]`,
      `Compose mounts it at \`${filledAt(item, 'target') ?? `/run/secrets/${name}`}\`; manifests hand secrets over as variables: \`env.${variable}\` refers to it.`,
      `Read \`${variable}\` in the service.`,
    );
    return [[variable, { secret }] as const];
  });
  return Object.fromEntries(found);
}

interface ConfigFile {
  readonly source: string;
  readonly target: string;
}

function mountedFile(service: ComposeService, item: YamlNode, path: string): ConfigFile[] {
  const { notes } = service.place;
  const mount = mountOf(item);
  if (mount.kind === 'bind' && isFile(mount)) return [{ source: fromHere(service, mount.source), target: mount.target }];
  const shown = mount.source === '' ? `\`${mount.target}\`` : `\`${mount.source}\` at \`${mount.target}\``;
  if (mount.source.includes('docker.sock'))
    notes.lost(item, path, 'Services have no access to the Docker Engine.', 'What has to manage containers runs outside of Waybill.');
  else if (mount.kind === 'bind')
    notes.lost(
      item,
      path,
      `A folder of the host is mounted: ${shown}. Another host does not have it.`,
      'Copy it into the image, or deliver single files under `config`.',
    );
  else
    notes.lost(
      item,
      path,
      `Manifests have no volumes: what is written to ${shown} would be gone with the instance.`,
      'Keep data in a database or an object store; what has to stay on a disk is not for Waybill.',
    );
  return [];
}

/** `source:target:mode` or the long form. https://docs.docker.com/reference/compose-file/services/#volumes */
function mountOf(item: YamlNode): Mount {
  const short = textAt(item);
  if (short === undefined) {
    const type = textAt(item, 'type');
    const source = composeText(textAt(item, 'source') ?? '').text;
    return { kind: type === 'bind' ? 'bind' : type === 'volume' ? 'volume' : 'other', source, target: filledAt(item, 'target') ?? '' };
  }
  const parts = composeText(short).text.split(/:(?![\\/]{2})/);
  const [source = '', target] = parts;
  if (target === undefined) return { kind: 'volume', source: '', target: source };
  return { kind: /^[./~]|^\$/.test(source) ? 'bind' : 'volume', source, target };
}

/** The last segment of both ends has an extension, and they are of one kind: that is a file, not a folder. */
function isFile({ source, target }: Mount): boolean {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return /^\.{1,2}\//.test(source) && /^[^.].*\.\w+$|^\.\w+\.\w+$/.test(last(source)) && /\.\w+$|^[A-Z]\w*file$/.test(last(target));
}

function configFile(service: ComposeService, item: YamlNode, path: string): ConfigFile[] {
  const { root, place } = service;
  const name = filledAt(item) ?? filledAt(item, 'source');
  if (!name) return [];
  const definition: MapEntry | undefined = entryOf(valueAt(root, 'configs'), name);
  const file = filledAt(definition?.value, 'file');
  const target = filledAt(item, 'target') ?? `/${name}`;
  if (file) return [{ source: fromHere(service, file), target: target.startsWith('/') ? target : `/${target}` }];
  place.notes.lost(
    item,
    path,
    `The config \`${name}\` has no file: it is ${valueAt(definition?.value, 'content') ? 'written into the Compose file' : 'kept elsewhere'}.`,
    `Save it beside the manifest, and add \`config: [{ source: …, target: ${target} }]\`.`,
  );
  return [];
}

function fromHere({ composeUri, place }: ComposeService, path: string): string {
  if (/^[/~]/.test(path)) return path;
  return pathFrom(parentUri(place.uri), resolveUri(parentUri(composeUri), path));
}

/** The section `envFrom`. */
export function envFromSection(service: ComposeService): Record<string, unknown>[] {
  const { node, path, place } = service;
  const entry = entryOf(node, 'env_file');
  if (!entry) return [];
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const files = items.flatMap((item) => filledAt(item) ?? filledAt(item, 'path') ?? []);
  if (files.length > 0)
    place.notes.todo(
      'envFrom',
      `${files.map((file) => `\`${file}\``).join(', ')} (\`${path}.env_file\`) becomes part of every release.`,
      'Take secrets out of it: they are references under `env`.',
    );
  return files.map((file) => ({ configFile: fromHere(service, file) }));
}
