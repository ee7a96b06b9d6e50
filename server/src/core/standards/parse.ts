import type { Location } from '../../protocol.ts';
import { parseYaml } from '../yaml/parse.ts';
import { booleanAt, entriesAt, itemsAt, numberAt, textAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { withBuiltin, withSystem } from './builtin.ts';
import { readComponent, readImage } from './catalogue.ts';
import { mergeStandards } from './merge.ts';
import type { RequiredLabel, Standards, Waiver } from './model.ts';
import { policyPlaces, readLayerPolicy } from './policy.ts';

/** One file of standards as it stands: text that may have problems, and what could be read of it. */
export interface ParsedStandards {
  readonly standards: Standards;
  /** Syntax only; shape is judged by the schema. */
  readonly problems: readonly { readonly message: string; readonly location: Location }[];
}

/** The company standards' pattern for names of secrets, when the file has none. */
export const defaultSecretNamePattern = '(pass(word)?|secret|token|api[_-]?key|private[_-]?key|credential)';

/** Parses standards; the parts' lists are added (a part's entry of the same name wins). Never throws. */
export function parseStandards(
  uri: string,
  text: string,
  parts: readonly { readonly uri: string; readonly text: string }[] = [],
): ParsedStandards {
  const files = [{ uri, text }, ...parts].map((file) => ({ uri: file.uri, yaml: parseYaml(file.text) }));
  const problems = files.flatMap((file) =>
    file.yaml.problems.map((problem) => ({ message: problem.message, location: { uri: file.uri, range: problem.range } })),
  );
  const read = files.map((file) => readStandards(file.uri, file.yaml.root));
  const first = read[0] ?? readStandards(uri, undefined);
  return { standards: read.slice(1).reduce((merged, part) => mergeStandards(merged, part, 'part'), first), problems };
}

/** What a (possibly broken) tree says; what it does not say has its default. */
export function readStandards(uri: string, root: YamlNode | undefined): Standards {
  return {
    uri,
    name: textAt(root, 'metadata', 'name') ?? '',
    version: textAt(root, 'metadata', 'version') ?? '',
    registries: itemsAt(root, 'registries').flatMap((item) => {
      const host = textAt(item, 'host');
      if (!host) return [];
      const name = textAt(item, 'name') ?? host;
      return [{ name, host, immutableTags: textsAt(item, 'immutableTags'), promoteFrom: textsAt(item, 'promoteFrom') }];
    }),
    allowedRegistries: textsAt(root, 'allowedRegistries'),
    layers: { os: textsAt(root, 'layers', 'os'), base: textsAt(root, 'layers', 'base'), app: textsAt(root, 'layers', 'app') },
    images: [
      ...itemsAt(root, 'osImages').flatMap((item) => readImage(uri, item, 'os').map(withSystem)),
      ...itemsAt(root, 'baseImages').flatMap((item) => readImage(uri, item, 'base')),
      ...itemsAt(root, 'builderImages').flatMap((item) => readImage(uri, item, 'builder')),
    ],
    components: itemsAt(root, 'components').flatMap((item) => readComponent(uri, item).map(withBuiltin)),
    requiredLabels: itemsAt(root, 'labels', 'required').flatMap(readLabel),
    forbiddenLabels: textsAt(root, 'labels', 'forbidden'),
    policy: readPolicy(uri, root),
    severity: Object.fromEntries(
      entriesAt(root, 'severity').flatMap((entry) => {
        const level = readLevel(entry.value);
        return level ? [[entry.key, level] as const] : [];
      }),
    ),
    overridable: readOverridable(root),
    waivers: itemsAt(root, 'waivers').flatMap((item) => readWaiver(uri, item)),
  };
}

function readPolicy(uri: string, root: YamlNode | undefined): Standards['policy'] {
  const policy = valueAt(root, 'policy');
  const uid = numberAt(policy, 'user', 'uid');
  const app = textAt(policy, 'directories', 'app');
  const logs = textAt(policy, 'directories', 'logs');
  const digest = textAt(policy, 'from', 'digest');
  return {
    digest: digest === 'recommended' || digest === 'off' ? digest : 'required',
    ...(uid === undefined ? {} : { uid }),
    directories: { ...(app ? { app } : {}), ...(logs ? { logs } : {}) },
    secretNamePattern: usablePattern(textAt(policy, 'env', 'secretNamePattern')) ?? defaultSecretNamePattern,
    requiredComponents: textsAt(policy, 'base', 'requireComponents'),
    ...readLayerPolicy(policy),
    places: policyPlaces(uri, root),
    ...(textAt(policy, 'suppressions', 'reason') === 'required' ? { suppressionReason: true } : {}),
  };
}

function usablePattern(source: string | undefined): string | undefined {
  if (!source) return undefined;
  try {
    new RegExp(source, 'i');
    return source;
  } catch {
    return undefined;
  }
}

function readLabel(item: YamlNode): RequiredLabel[] {
  if (item.kind === 'scalar') {
    const name = textAt(item);
    return name ? [{ name }] : [];
  }
  const name = textAt(item, 'name');
  const pattern = usablePattern(textAt(item, 'pattern'));
  return name ? [{ name, ...(pattern ? { pattern } : {}) }] : [];
}

function readWaiver(uri: string, item: YamlNode): Waiver[] {
  const id = textAt(item, 'id');
  const place = valueAt(item, 'id');
  if (!id || !place) return [];
  return [
    {
      id,
      rules: textsAt(item, 'rules'),
      services: textsAt(item, 'services'),
      files: textsAt(item, 'files'),
      reason: textAt(item, 'reason') ?? '',
      // Without a date a waiver holds for nothing.
      expires: textAt(item, 'expires') ?? '1970-01-01',
      location: { uri, range: place.range },
    },
  ];
}

/** What those who extend the standards may loosen. */
function readOverridable(root: YamlNode | undefined): readonly string[] {
  const free = (node: YamlNode | undefined) => booleanAt(node, 'overridable') === true;
  return [
    ...entriesAt(root, 'severity').flatMap(({ key, value }) => (free(value) ? [key] : [])),
    ...entriesAt(root, 'policy').flatMap(({ key, value }) => (free(value) ? [`policy.${key}`] : [])),
    ...(free(valueAt(root, 'labels')) ? ['labels'] : []),
  ];
}

/** A level, or a map that holds one. */
export function readLevel(node: YamlNode): Standards['severity'][string] | undefined {
  return severityOf(textAt(node) ?? textAt(node, 'level'));
}

function severityOf(text: string | undefined): Standards['severity'][string] | undefined {
  return text === 'off' || text === 'hint' || text === 'info' || text === 'warning' || text === 'error' ? text : undefined;
}
