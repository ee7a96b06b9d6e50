/** Words that are likely at a place, taken from other files; unlike names they need not be defined there (`x-suggest`, `x-suggestKeys`). */
import type { ManifestContext } from '../rules/manifestContext.ts';
import type { Name } from '../rules/manifestNames.ts';
import type { Component } from '../standards/model.ts';
import { entriesAt, entryOf, itemsAt, textAt, textMapAt, valueAt, type YamlNode, type YamlPath } from '../yaml/tree.ts';

type Provider = (context: ManifestContext, tree: YamlNode | undefined, path: YamlPath) => readonly Name[];

/** The words of a kind for a place of a file as it is being typed. */
export function suggestionsOf(kind: string, context: ManifestContext, tree: YamlNode | undefined, path: YamlPath): readonly Name[] {
  const found = providers[kind]?.(context, tree, path) ?? [];
  const seen = new Set<string>(['']);
  const unique = found.filter(({ name }) => !seen.has(name) && seen.add(name));
  return [...unique.filter((name) => !name.deprecated), ...unique.filter((name) => name.deprecated)];
}

const providers: Readonly<Record<string, Provider>> = {
  /** Versions of the component that is named beside. */
  versions: ({ standards }, tree, path) => versions(standards?.components.find(({ name }) => name === nameBeside(tree, path))),
  /** Versions of the component that the place is in. */
  ownVersions: ({ standards }, tree, path) => {
    const at = path.lastIndexOf('versions');
    const own = at < 0 ? undefined : textAt(tree, ...path.slice(0, at), 'name');
    return versions(standards?.components.find(({ name }) => name === own)).filter(
      ({ name }) => name !== textAt(tree, ...path.slice(0, at + 2), 'version'),
    );
  },
  jdkVersions: ({ standards }) => versions(standards?.components.find(({ name }) => name === 'jdk')),
  components: ({ standards }) => (standards?.components ?? []).map(({ name, title }) => ({ name, ...(title ? { detail: title } : {}) })),
  /** Variables of the manifest that an environment may set; those that it has to set come first. */
  variables: (_context, tree, path) => {
    if (path[0] !== 'environments') return [];
    const entries = entriesAt(tree, 'env').map(({ key, value }) => ({ key, required: valueAt(value, 'required') !== undefined, value }));
    const detail = (value: YamlNode) => textAt(value) ?? textAt(value, 'description');
    return [...entries.filter((one) => one.required), ...entries.filter((one) => !one.required)].map(({ key, required, value }) => ({
      name: key,
      detail: required ? `required: ${detail(value) ?? 'every environment gives it'}` : (detail(value) ?? 'secret'),
    }));
  },
  labels: ({ standards }) =>
    (standards?.requiredLabels ?? []).map(({ name, pattern }) => ({ name, detail: pattern ? `required: ${pattern}` : 'required' })),
  arguments: ({ dockerfile }) =>
    (dockerfile?.()?.instructions ?? []).flatMap((instruction) =>
      instruction.kind === 'ARG' ? instruction.pairs.map(({ name }) => ({ name: name.value, detail: 'ARG of the Dockerfile' })) : [],
    ),
  stages: ({ dockerfile }) =>
    (dockerfile?.()?.stages ?? []).flatMap(({ name }) => (name ? [{ name, detail: 'stage of the Dockerfile' }] : [])),
  builderImages: ({ standards }) =>
    (standards?.images ?? [])
      .filter(({ layer }) => layer === 'builder')
      .map(({ name, repository, current, deprecated }) => ({
        name: `${repository}${current ? `:${current.tag}${current.digest ? `@${current.digest}` : ''}` : ''}`,
        detail: name,
        ...(deprecated ? { deprecated: true } : {}),
      })),
  /** Where the image of this service would go by the standards. */
  repositories: ({ standards }, tree) => {
    const [product, name] = [textAt(tree, 'metadata', 'product'), textAt(tree, 'metadata', 'name')];
    if (!product || !name) return [];
    return (standards?.registries ?? []).map((registry) => ({ name: `${registry.host}/${product}/${name}`, detail: registry.name }));
  },
  builderLabels: ({ workspace }) =>
    workspace.environments.flatMap((file) =>
      file.pools.flatMap((pool) =>
        pool.members.flatMap((member) =>
          Object.entries(member.labels ?? {}).map(([name, value]) => ({ name, detail: `${value} (${member.name})` })),
        ),
      ),
    ),
  contexts: ({ workspace, kubeContexts = [] }) => {
    const used = workspace.environments.flatMap((file) =>
      itemsAt(file.root, 'environments').flatMap((item) => {
        const name = textAt(item, 'kubernetes', 'context');
        return name ? [{ name, detail: `of ${textAt(item, 'name') ?? 'an environment'}` }] : [];
      }),
    );
    const own = kubeContexts.filter((name) => !used.some((one) => one.name === name));
    return [...used, ...own.map((name) => ({ name, detail: 'of your kubeconfig' }))];
  },
  secrets: ({ workspace, environments }) => secrets(environments?.root).concat(usedSecrets(workspace.services.map(({ root }) => root))),
  secretKeys: ({ workspace, environments }, tree, path) => {
    const name = textAt(tree, ...path.slice(0, -1), 'name');
    const keys = [...secrets(environments?.root), ...usedSecrets(workspace.services.map(({ root }) => root))];
    return keys.flatMap((one) => (one.name === name && one.key ? [{ name: one.key, detail: `of ${name}` }] : []));
  },
  tags: ({ workspace }) => workspace.services.flatMap(({ root }) => texts(valueAt(root, 'metadata', 'tags'))).map((name) => ({ name })),
  owners: ({ workspace }) => workspace.services.flatMap(({ root }) => texts(valueAt(root, 'metadata', 'owners'))).map((name) => ({ name })),
  /** Ports that the Dockerfile, else its base image, says that the process listens on. */
  exposedPorts: ({ dockerfile, standards, service }) => {
    const words = (dockerfile?.()?.instructions ?? []).flatMap((one) => (one.kind === 'EXPOSE' ? one.words : []));
    const exposed = words.map(({ value }) => ({ name: value.replace(/\/\w+$/, ''), detail: 'EXPOSE of the Dockerfile' }));
    const base = standards?.images.find(({ name }) => name === service?.base?.text);
    const inherited = (base?.config?.ports ?? []).map((port) => ({ name: String(port), detail: `of ${base?.name}` }));
    return [...exposed, ...inherited].filter(({ name }) => /^\d+$/.test(name));
  },
  registryHosts: ({ standards }) => (standards?.registries ?? []).map(({ host, name }) => ({ name: host, detail: name })),
  platforms: ({ standards }) => (standards?.images ?? []).flatMap(({ platforms }) => platforms ?? []).map((name) => ({ name })),
};

function versions(component: Component | undefined): readonly Name[] {
  return (component?.versions ?? []).map((version) => ({
    name: version.version,
    detail: [version.eol ? `end of life ${version.eol}` : 'supported', ...(version.default ? ['default'] : [])].join(' · '),
    ...(version.deprecated ? { deprecated: true } : {}),
    ...(version.deprecated?.replacedBy ? { documentation: `**Deprecated.** Use \`${version.deprecated.replacedBy}\`.` } : {}),
  }));
}

function nameBeside(tree: YamlNode | undefined, path: YamlPath): string | undefined {
  return textAt(tree, ...path.slice(0, -1), 'name');
}

function secrets(root: YamlNode | undefined): (Name & { readonly key?: string })[] {
  return itemsAt(root, 'environments').flatMap((environment) =>
    itemsAt(environment, 'secrets').flatMap((item) => {
      const [name, key] = [textAt(item, 'name'), textAt(item, 'key')];
      return name ? [{ name, detail: `of ${textAt(environment, 'name') ?? 'an environment'}`, ...(key ? { key } : {}) }] : [];
    }),
  );
}

function usedSecrets(roots: readonly (YamlNode | undefined)[]): (Name & { readonly key?: string })[] {
  return roots.flatMap((root) =>
    entriesAt(root, 'env').flatMap(({ value }) => {
      const { name, key } = textMapAt(entryOf(value, 'secret')?.value);
      return name ? [{ name, detail: `used by ${textAt(root, 'metadata', 'name') ?? 'a service'}`, ...(key ? { key } : {}) }] : [];
    }),
  );
}

const texts = (node: YamlNode | undefined): readonly string[] =>
  node?.kind === 'list' ? node.items.flatMap((item) => textAt(item) ?? []) : [];
