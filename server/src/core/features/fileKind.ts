import { baseName } from '../text/uris.ts';

export type FileKind =
  | 'dockerfile'
  | 'service'
  | 'standards'
  | 'environments'
  | 'record'
  | 'hadolint'
  | 'dockerignore'
  | 'supervisor'
  | 'confd'
  | 'template'
  | 'other';

/** What a file is, by its name alone. */
export function fileKind(uri: string): FileKind {
  const name = baseName(uri).toLowerCase();
  if (/^waybill\.ya?ml$/.test(name)) return 'service';
  if (/^(?:.+\.)?waybill\.standards\.ya?ml$/.test(name)) return 'standards';
  if (/^waybill\.environments(?:\.local)?\.ya?ml$/.test(name)) return 'environments';
  if (/^waybill\.lock\.ya?ml$/.test(name) || /\/\.waybill\/(?:releases|snapshots)\/.*\.ya?ml$/.test(uri)) return 'record';
  if (/^\.?hadolint\.ya?ml$/.test(name)) return 'hadolint';
  if (name.endsWith('.dockerignore')) return 'dockerignore';
  const companion = companionKind(uri.toLowerCase(), name);
  if (companion !== 'other') return companion;
  // Files that stand beside a Dockerfile under its name, and what only becomes one.
  if (/\.(?:md|swp|orig|rej|bak|in|template|tmpl|tpl|j2|jinja2?|erb|mustache)$|~$/.test(name)) return 'other';
  if (/^(?:docker|container)file(?:\..+)?$/.test(name) || /\.(?:docker|container)file$/.test(name)) return 'dockerfile';
  return 'other';
}

/** Configuration that people keep beside a service: of its supervisor, of confd, and confd’s templates. */
function companionKind(uri: string, name: string): FileKind {
  if (/^supervisord?\.conf$|\.supervisord?\.conf$/.test(name)) return 'supervisor';
  if (/\/supervisord?(?:\.d|\.conf\.d|\/conf\.d)?\/[^/]+\.(?:conf|ini)$/.test(uri)) return 'supervisor';
  if (/\/conf\.d\/[^/]+\.toml$/.test(uri) || name === 'confd.toml') return 'confd';
  return /\/templates\/(?:[^/]+\/)*[^/]+\.tmpl$/.test(uri) ? 'template' : 'other';
}
