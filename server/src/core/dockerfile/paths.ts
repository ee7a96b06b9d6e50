/** An absolute path from a folder and a path in it; `.` and `..` settled, without a trailing slash (`/` itself stays). */
export function resolvePath(folder: string, path: string): string {
  const segments = path.startsWith('/') ? [] : folder.split('/').filter((segment) => segment !== '');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** True when `path` is `folder` or lies below it; both absolute, without trailing slashes. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
