import { holdsSecrets } from '../../dockerfile/secretFiles.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Keys of tests and examples open nothing. */
const harmless = /(?:^|\/)(?:tests?|fixtures?|testdata|examples?|samples?|mocks?|docs?|node_modules)\//i;
/** Maven's settings hold the passwords of repositories. */
const settings = /(?:^|\/)(?:\.m2\/)?settings(?:-security)?\.xml$/;

/** Files with credentials stay out of the build's context. */
export const rule: ManifestRule = {
  summary: '`.dockerignore` leaves the files with credentials out of the build that lie in its context.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['dockerignore'],
  check({ ignore, uri, workspace }) {
    if (!ignore?.paths) return [];
    const sent = ignore.paths.filter(
      (path) => (holdsSecrets(path) || settings.test(path)) && !harmless.test(path) && !ignore.matcher.ignores(path),
    );
    // Of a folder and what lies in it the folder is enough.
    const found = sent.filter((path) => !sent.some((other) => path.startsWith(`${other}/`)));
    const [first] = found;
    if (first === undefined) return [];
    const text = workspace.file(uri)?.text ?? '';
    const names = found.slice(0, 5).map((path) => `\`${path}\``);
    const more = found.length > 5 ? ` and ${found.length - 5} more` : '';
    const one = found.length === 1;
    return [
      {
        range: ignore.range({ start: 0, end: text.search(/\r?\n|$/) }),
        message: `${names.join(', ')}${more} ${one ? 'looks like a file' : 'look like files'} with credentials and ${one ? 'goes' : 'go'} to the builder, and with \`COPY .\` into the image. Leave ${one ? 'it' : 'them'} out here.`,
        fixes: [
          {
            title: one ? `Leave \`${first}\` out` : 'Leave them out',
            edits: [{ range: ignore.range({ start: text.length, end: text.length }), text: appended(text, found) }],
            preview: true,
          },
        ],
      },
    ];
  },
};

function appended(text: string, paths: readonly string[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text === '' || text.endsWith('\n') ? '' : newline}${paths.map((path) => path + newline).join('')}`;
}
