import { circleThrough, type Extended, extendedBy } from '../../features/extended.ts';
import { isWhole } from '../../features/parsedFile.ts';
import { copyDigest } from '../../standards/lock.ts';
import { copyPath, isPinnedCopy } from '../../standards/reference.ts';
import { suggest } from '../../text/suggest.ts';
import { normalUri, parentUri, relativePath, resolveUri } from '../../text/uris.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** What standards build on is there, and is no circle. */
export const rule: ManifestRule = {
  summary: 'The standards that others extend are there: as a file, or as the copy that waybill.lock.yaml pins.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check(context) {
    const file = context.workspace.parsed.get(normalUri(context.uri));
    if (!file || !isWhole(file)) return [];
    return extendedBy(file, context.workspace.parsed).flatMap((entry) => judge(context, entry) ?? []);
  },
};

/** What is lost is said once, here, and not at every finding that is missing. */
const lost = 'Nothing of it counts here: its severities, policy, images and components are off.';
const refresh = 'Run Update Pinned Standards, or `waybill lock`.';

function judge(context: ManifestContext, entry: Extended): Report | undefined {
  const { node, text, reference, parent, pin } = entry;
  const report = (message: string, rest: Partial<Report> = {}): Report => ({ range: node.range, message, ...rest });
  if (!reference) return report(malformed(text));
  if (parent) return judgeParent(context, entry);
  if (reference.kind === 'file') return missingFile(context, entry, reference.path);
  if (!pin) return report(`\`${text}\` is not in \`waybill.lock.yaml\`. ${lost} ${refresh}`);
  return report(`The copy of \`${text}\` that \`waybill.lock.yaml\` pins is not on this machine. ${lost} ${refresh}`);
}

function malformed(text: string): string {
  if (text.startsWith('oci:'))
    return `\`${text}\` names no digest, so nobody knows what it is tomorrow: write \`oci:repository@sha256:…\`.`;
  if (text.startsWith('git:')) return `\`${text}\` is no reference to git: write \`git:repository#revision:path\`.`;
  return `\`${text}\` is no reference: write \`file:path\`, \`git:repository#revision:path\` or \`oci:repository@sha256:…\`.`;
}

function judgeParent({ workspace, uri }: ManifestContext, { node, text, parent, pin, reference }: Extended): Report | undefined {
  const file = workspace.parsed.get(normalUri(uri));
  if (!file || !parent) return undefined;
  const circle = circleThrough(file, parent, workspace.parsed);
  if (circle.length > 0) {
    const chain = [...circle, circle[0]].map((name) => `\`${name}\``).join(' → ');
    return { range: node.range, message: `These standards extend themselves: ${chain}. Remove one of the references.` };
  }
  if (!isWhole(parent)) {
    return { range: node.range, message: `\`${text}\` is a part: name it under \`include\`, or extend the standards that it belongs to.` };
  }
  if (!pin || !reference || reference.kind === 'file') return undefined;
  const folder = normalUri(resolveUri(copyRoot(parent.file.uri), copyPath(reference, pin.digest).folder));
  const files = [...workspace.parsed].flatMap(
    ([
      at,
      {
        file: { text: content },
      },
    ]) => {
      const path = relativePath(folder, at);
      return path === undefined ? [] : [{ path, text: content }];
    },
  );
  if (copyDigest(files) === pin.digest) return undefined;
  return { range: node.range, message: `The copy of \`${text}\` on this machine is not what \`waybill.lock.yaml\` pins. ${refresh}` };
}

/** The folder of the lock, above the cache. */
function copyRoot(uri: string): string {
  return uri.slice(0, uri.indexOf('/.waybill/cache/extends/'));
}

function missingFile({ workspace, uri }: ManifestContext, { node }: Extended, path: string): Report {
  const folder = parentUri(normalUri(uri));
  const others = workspace.standards.filter((other) => normalUri(other.uri) !== normalUri(uri) && !isPinnedCopy(other.uri));
  const near = suggest(
    path,
    others.flatMap((other) => relativePath(folder, normalUri(other.uri)) ?? []),
  );
  return {
    range: node.range,
    message: `There is no file \`${path}\`. ${lost}${near ? ` Did you mean \`${near}\`?` : ' Correct the path, or add the folder that holds it to the workspace.'}`,
    fixes: near ? [{ title: `Change to \`file:${near}\``, edits: [{ range: node.range, text: JSON.stringify(`file:${near}`) }] }] : [],
  };
}
