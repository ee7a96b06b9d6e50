import type { ManifestContext } from '../rules/manifestContext.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { entryOf, textAt, valueAt } from '../yaml/tree.ts';
import { type NamedPlace, namedPlaces } from '../yaml/walk.ts';
import type { ManifestHint } from './manifestHint.ts';

/** Behind a name: what it stands for, where that is written elsewhere. */
export function namedHints(context: ManifestContext): readonly ManifestHint[] {
  const { kind, yaml } = context;
  if (!yaml.root) return [];
  return namedPlaces(schemaOf(kind), yaml.root).flatMap((place): readonly ManifestHint[] => {
    if (place.on === 'key' || place.range.start.line !== place.range.end.line) return [];
    const said = meanings[place.kind]?.(context, place.text);
    return said ? [hintAt(place, said)] : [];
  });
}

interface Meaning {
  readonly label: string;
  readonly tooltip: string;
}

function hintAt({ range }: NamedPlace, { label, tooltip }: Meaning): ManifestHint {
  return { position: range.end, label, tooltip };
}

const meanings: Readonly<Record<string, (context: ManifestContext, name: string) => Meaning | undefined>> = {
  registries({ standards, workspace }, name) {
    const all = standards ? [standards] : workspace.standards;
    const host = all.flatMap(({ registries }) => registries).find((registry) => registry.name === name)?.host;
    return host === undefined || host === name ? undefined : { label: host, tooltip: `Host of the registry \`${name}\`` };
  },
  osImages: imageMeaning,
  images: imageMeaning,
  pools({ workspace }, name) {
    const pool = workspace.environments.flatMap(({ pools }) => pools).find((candidate) => candidate.name === name);
    const members = pool?.members.map((member) => member.name) ?? [];
    return members.length === 0 ? undefined : { label: members.join(', '), tooltip: `Builders of the pool \`${name}\`` };
  },
  jdkVersions({ standards }, name) {
    const version = standards?.components.find((one) => one.name === 'jdk')?.versions.find((one) => one.version === name);
    return version?.eol ? { label: `until ${version.eol}`, tooltip: `End of life of JDK \`${name}\`, from the standards` } : undefined;
  },
};

function imageMeaning({ standards }: ManifestContext, name: string): Meaning | undefined {
  const image = standards?.images.find((candidate) => candidate.name === name);
  const label = [image?.current?.tag, image?.eol ? `until ${image.eol}` : undefined].filter(Boolean).join(', ');
  return image && label !== '' ? { label, tooltip: `\`${image.repository}${image.current ? `:${image.current.tag}` : ''}\`` } : undefined;
}

/** Behind the version of a JDK without a mode: the mode that the base image or the company gives. */
export function jdkHints({ yaml, standards, service }: ManifestContext): readonly ManifestHint[] {
  const jdk = service && valueAt(yaml.root, 'jdk');
  const version = entryOf(jdk, 'version')?.value;
  if (!jdk || !version || entryOf(jdk, 'mode') || version.range.start.line !== version.range.end.line) return [];
  const base = standards?.images.find(({ name }) => name === textAt(yaml.root, 'build', 'base'));
  const company = standards?.components.find(({ name }) => name === 'jdk');
  const mode = base?.jdk?.mode ?? company?.mode;
  const from = base?.jdk?.mode ? `the base image \`${base.name}\`` : 'the component `jdk` of the standards';
  return mode ? [{ position: version.range.end, label: mode, tooltip: `Mode, from ${from}` }] : [];
}
