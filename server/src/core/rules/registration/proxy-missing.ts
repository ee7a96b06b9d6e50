import { suggest } from '../../text/suggest.ts';
import { normalUri, relativePath, resolveUri } from '../../text/uris.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';

/** The resource of confd that a manifest names is beside it. */
export const rule: ManifestRule = {
  summary: '`registration.proxy.confd` is a resource of confd in the workspace.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ service, workspace, yaml }) {
    const node = valueAt(yaml.root, 'registration', 'proxy', 'confd');
    const path = textAt(node);
    // Only files in a folder `conf.d` are read here.
    if (!service || !node || !path || !/(?:^|\/)conf\.d\/[^/]+\.toml$/.test(path) || path.includes('$')) return [];
    if (workspace.file(resolveUri(service.folderUri, path))) return [];
    const known = [...workspace.files.values()].flatMap((file) => {
      const own = file.kind === 'confd' ? relativePath(normalUri(service.folderUri), normalUri(file.uri)) : undefined;
      return own === undefined || own.endsWith('confd.toml') ? [] : [own];
    });
    // Proxies may live in a workspace of their own.
    if (known.length === 0) return [];
    const near = suggest(path, known) ?? (known.length === 1 ? known[0] : undefined);
    return [
      {
        range: node.range,
        message: `There is no \`${path}\` beside this manifest: no proxy learns of the service.${near ? ` Did you mean \`${near}\`?` : ''}`,
        fixes: near ? replaced(node, near) : [],
      },
    ];
  },
};
