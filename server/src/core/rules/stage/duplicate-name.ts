import type { DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** No two stages have the same name. */
export const rule: DockerfileRule = {
  summary: 'No two stages have the same name.',
  severity: 'error',
  aliases: ['DL3024', 'DuplicateStageName', 'DUPLICATE_BUILD_STAGE_NAME'],
  fixable: false,
  needs: ['stageName'],
  check({ file, range }) {
    const first = new Map<string, { readonly start: number; readonly end: number }>();
    const reports: Report[] = [];
    for (const { from } of file.stages) {
      const name = from.name?.value.toLowerCase() ?? '';
      if (!from.name || name === '') continue;
      const earlier = first.get(name);
      if (!earlier) {
        first.set(name, from.name);
        continue;
      }
      reports.push({
        range: range(from.name),
        message: `A stage named \`${name}\` is there already (letters’ case does not count): from here on the name means this one. Give each stage its own name.`,
        related: [{ location: { uri: file.uri, range: range(earlier) }, message: `The first \`${name}\`` }],
      });
    }
    return reports;
  },
};
