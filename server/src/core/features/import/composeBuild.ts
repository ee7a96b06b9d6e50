import { looksLikeSecret, namesSecret } from '../../service/secretWords.ts';
import { baseName, parentUri, resolveUri } from '../../text/uris.ts';
import { entriesAt, entryOf, itemsAt, type MapEntry, textsAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { lostBuildKeys } from './composeLost.ts';
import type { ComposeBuild, ComposeService } from './composeModel.ts';
import { composeText, filledAt, pairsAt } from './composeText.ts';
import { noteRest } from './notes.ts';
import { baseImageOf, pathFrom } from './place.ts';

/** Where a service is built, relative to the Compose file; undefined when it is an image of others. */
export function buildOf(composeUri: string, service: YamlNode): ComposeBuild | undefined {
  const build = valueAt(service, 'build');
  if (!build) return undefined;
  const context = filledAt(build) ?? filledAt(build, 'context') ?? '.';
  // A context that is fetched has no folder here.
  const folder = /^(?:[a-z]+:\/\/|git@)/.test(context) ? parentUri(composeUri) : resolveUri(parentUri(composeUri), context);
  return { folder, dockerfileUri: resolveUri(folder, filledAt(build, 'dockerfile') ?? 'Dockerfile') };
}

const handled = ['context', 'dockerfile', 'target', 'args', 'labels', 'secrets', 'platforms'];

/** The sections `build` and the labels of the image. */
export function buildSection(service: ComposeService): {
  readonly build: Record<string, unknown>;
  readonly labels: Record<string, string>;
} {
  const { node, path, place, build } = service;
  const own = valueAt(node, 'build');
  if (!build || !own) return { build: {}, labels: {} };
  const here = parentUri(place.uri);
  const base = baseImageOf(place.workspace, build.dockerfileUri);
  const target = filledAt(own, 'target');
  const args = argsOf(service, own);
  const secrets = secretsOf(service, own);
  const platforms = textsAt(own, 'platforms');
  const platform = filledAt(node, 'platform');
  if (/^(?:[a-z]+:\/\/|git@)/.test(filledAt(own) ?? filledAt(own, 'context') ?? ''))
    place.notes.lost(
      entryOf(node, 'build'),
      `${path}.build.context`,
      'Only folders are built, no addresses.',
      'Check the repository out, and put the manifest into it.',
    );
  noteRest(entriesAt(own), `${path}.build`, { handled, lost: lostBuildKeys, format: 'Compose' }, place.notes);
  return {
    build: {
      context: pathFrom(here, build.folder),
      dockerfile: build.dockerfileUri.startsWith(`${build.folder}/`)
        ? pathFrom(build.folder, build.dockerfileUri)
        : baseName(build.dockerfileUri),
      ...(target ? { target } : {}),
      ...(base?.layer === 'base' ? { base: base.name } : {}),
      ...(Object.keys(args).length > 0 ? { args } : {}),
      ...(secrets.length > 0 ? { secrets } : {}),
      ...(platforms.length > 0 ? { platforms } : platform ? { platforms: [platform] } : {}),
    },
    labels: Object.fromEntries(pairsAt(own, 'labels', `${path}.build`).flatMap(({ name, value }) => (value ? [[name, value]] : []))),
  };
}

function argsOf({ path, place, secretNames }: ComposeService, own: YamlNode): Record<string, string> {
  const kept = pairsAt(own, 'args', `${path}.build`).flatMap(({ name, value, at, path: where }) => {
    const { text, open } = composeText(value ?? '');
    if (looksLikeSecret(text) || namesSecret(name, secretNames)) {
      place.notes.lost(
        at,
        where,
        'It is a secret, and arguments stay in the image’s history. The value was not copied.',
        'Hand it over with `build.secrets` and `RUN --mount=type=secret`.',
      );
      return [];
    }
    if (value === undefined || open.length > 0) {
      place.notes.lost(at, where, 'Its value comes from the shell or from `.env`.', `Write it under \`build.args.${name}\`.`);
      return [];
    }
    return [[name, text] as const];
  });
  return Object.fromEntries(kept);
}

function secretsOf(service: ComposeService, own: YamlNode): Record<string, string>[] {
  return itemsAt(own, 'secrets').flatMap((item) => {
    const name = filledAt(item) ?? filledAt(item, 'source');
    if (!name) return [];
    const id = filledAt(item, 'target') ?? name;
    const from = secretSource(service, name);
    if (!from)
      service.place.notes.changed(
        item,
        `${service.path}.build.secrets`,
        `Where \`${name}\` comes from cannot be said here.`,
        `Set the secret \`vscode:${name}\`, or write another source under \`build.secrets\`.`,
      );
    return [{ id, from: from ?? `vscode:${name}` }];
  });
}

/** `file:` or `env:` of a secret that the file defines at its end. */
export function secretSource({ root, composeUri, place }: ComposeService, name: string): string | undefined {
  const definition: MapEntry | undefined = entryOf(valueAt(root, 'secrets'), name);
  const file = filledAt(definition?.value, 'file');
  const variable = filledAt(definition?.value, 'environment');
  if (variable) return `env:${variable}`;
  if (!file) return undefined;
  return `file:${/^[/~]/.test(file) ? file : pathFrom(parentUri(place.uri), resolveUri(parentUri(composeUri), file))}`;
}
