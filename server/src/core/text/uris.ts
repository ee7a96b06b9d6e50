/** Arithmetic on document URIs, without any file system. Folders are written without a trailing slash. */

/** The folder of a file or folder URI. */
export function parentUri(uri: string): string {
  const slash = uri.lastIndexOf('/');
  return slash > uri.indexOf('://') + 2 ? uri.slice(0, slash) : uri;
}

/** The last segment, decoded. */
export function baseName(uri: string): string {
  return decode(uri.slice(uri.lastIndexOf('/') + 1));
}

const plainUri = /^[a-z][a-z0-9+.-]*:\/\/[\w.!~*'()/-]*[\w.!~*'()-]$/i;

/** Percent-decoding and drive letters made equal, so that two spellings of one file compare equal. */
export function normalUri(uri: string): string {
  // As nearly all are written: nothing is to be decoded or encoded.
  if (plainUri.test(uri)) return uri;
  const [, scheme = '', rest = uri] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/i.exec(uri) ?? [];
  const path = decode(rest).replace(/^\/([A-Z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);
  return scheme + path.split('/').map(encodeURIComponent).join('/').replace(/\/+$/, '');
}

/** Resolves a relative path (`..`, `.`, absolute) against a folder URI. */
export function resolveUri(folder: string, path: string): string {
  const [, root = '', rest = folder] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/i.exec(folder) ?? [];
  const absolute = path.startsWith('/');
  const segments = absolute ? [] : rest.split('/');
  for (const segment of path.replaceAll('\\', '/').split('/')) {
    if (segment === '..') {
      if (segments.length > 1) segments.pop();
    } else if (segment !== '.' && segment !== '') segments.push(encodeURIComponent(segment));
  }
  const joined = segments.join('/');
  return root + (absolute ? `/${joined}` : joined);
}

/** The file path of a `file:` URI (of any other URI: its path). */
export function uriPath(uri: string): string {
  const path = decode(uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''));
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}

/** True when `uri` is `folder` or lies below it. */
export function isBelow(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The decoded path of `uri` relative to `folder`, or undefined when it lies outside. */
export function relativePath(folder: string, uri: string): string | undefined {
  return isBelow(uri, folder) ? decode(uri.slice(folder.replace(/\/$/, '').length + 1)) : undefined;
}

/** `some/folder/**`, which most globs are. */
const wholeFolder = /^([\w-][\w/-]*\/)\*\*$/;

/** Matches a path with a glob of `*`, `**`, `?` and `{a,b}`. */
export function globMatches(glob: string, path: string): boolean {
  const folder = wholeFolder.exec(glob)?.[1];
  if (folder !== undefined) return path.startsWith(folder) && !/[\n\r\u2028\u2029]/.test(path);
  const pattern = glob.replace(/^\.\//, '');
  // What stands before the first sign tells most paths apart.
  if (!pattern.includes(',') && !path.startsWith(pattern.slice(0, Math.max(0, pattern.search(/[*?{}]/))))) return false;
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\{|\}|,|[.+^$()|[\]\\]/g, (token) => globToken(token));
  try {
    return new RegExp(`^(?:${source})$`).test(path);
  } catch {
    return false;
  }
}

function globToken(token: string): string {
  const known: Readonly<Record<string, string>> = {
    '**/': '(?:.*/)?',
    '**': '.*',
    '*': '[^/]*',
    '?': '[^/]',
    '{': '(?:',
    '}': ')',
    ',': '|',
  };
  return known[token] ?? `\\${token}`;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
