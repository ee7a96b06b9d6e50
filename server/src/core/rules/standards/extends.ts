import type { ExtendsEntry } from '../../standards/extended.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** What standards build on is there, and is no circle. */
export const rule: ManifestRule = {
  summary: 'The standards that others extend are there: as a file, or as the copy that waybill.lock.yaml pins.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check: ({ extendsEntries }) =>
    (extendsEntries?.() ?? [])
      .filter(({ state }) => state !== 'there')
      .map((entry) => {
        const near = entry.state === 'no-file' ? entry.near : undefined;
        return {
          range: entry.node.range,
          message: messageOf(entry),
          fixes:
            near === undefined
              ? []
              : [{ title: `Change to \`file:${near}\``, edits: [{ range: entry.node.range, text: JSON.stringify(`file:${near}`) }] }],
        };
      }),
};

/** What is lost is said once, here, and not at every finding that is missing. */
const lost = 'Nothing of it counts here: its severities, policy, images and components are off.';
const refresh = 'Run Update Pinned Standards, or `waybill lock`.';

function messageOf(entry: ExtendsEntry): string {
  const { text } = entry;
  switch (entry.state) {
    case 'malformed':
      return malformed(text);
    case 'no-file':
      return `There is no file \`${entry.path}\`. ${lost} ${entry.near ? `Did you mean \`${entry.near}\`?` : 'Correct the path, or add the folder that holds it to the workspace.'}`;
    case 'unpinned':
      return `\`${text}\` is not in \`waybill.lock.yaml\`. ${lost} ${refresh}`;
    case 'no-copy':
      return `The copy of \`${text}\` that \`waybill.lock.yaml\` pins is not on this machine. ${lost} ${refresh}`;
    case 'changed':
      return `The copy of \`${text}\` on this machine is not what \`waybill.lock.yaml\` pins. ${refresh}`;
    case 'part':
      return `\`${text}\` is a part: name it under \`include\`, or extend the standards that it belongs to.`;
    case 'circle':
      return `These standards extend themselves: ${[...entry.names, entry.names[0]].map((name) => `\`${name}\``).join(' → ')}. Remove one of the references.`;
    case 'there':
      return '';
  }
}

function malformed(text: string): string {
  if (text.startsWith('oci:'))
    return `\`${text}\` names no digest, so nobody knows what it is tomorrow: write \`oci:repository@sha256:…\`.`;
  if (text.startsWith('git:')) return `\`${text}\` is no reference to git: write \`git:repository#revision:path\`.`;
  return `\`${text}\` is no reference: write \`file:path\`, \`git:repository#revision:path\` or \`oci:repository@sha256:…\`.`;
}
