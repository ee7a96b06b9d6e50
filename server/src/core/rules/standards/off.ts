import type { DockerfileRule } from '../context.ts';

/** Who has no findings because the standards are not there is told so. */
export const rule: DockerfileRule = {
  summary: 'The standards that judge a Dockerfile are in the workspace; without them the rules about layers are off.',
  severity: 'info',
  aliases: [],
  fixable: false,
  check({ file, manifest, range }) {
    const missing = manifest?.missingStandards;
    const first = file.stages[0]?.from.keyword ?? file.instructions[0]?.keyword;
    if (!missing || !first) return [];
    const message =
      `The rules about layers, users and base images are off: \`${manifest.service}\` names the standards \`${missing.name}\`, and they are not in this workspace. ` +
      'Add the folder that holds them, or correct the name in the manifest.';
    return [{ range: range(first), message, related: [{ location: missing.location, message: 'The standards are named here' }] }];
  },
};
