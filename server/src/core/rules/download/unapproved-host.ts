import { type Download, downloadsOf } from '../../dockerfile/downloads.ts';
import { wildcardMatches } from '../../dockerfile/registryHost.ts';
import { demandedBy } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Builds download from hosts that the standards allow, or from the company's mirrors. */
export const rule: DockerfileRule = {
  summary: 'Builds download only from hosts that the standards allow.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['RUN', 'ADD'],
  check(context) {
    const policy = context.standards?.policy.downloads;
    if (!policy || (policy.allow.length === 0 && policy.mirrors.size === 0)) return [];
    const targets = [...policy.mirrors.values()].map((url) => url.replace(/^[a-z]+:\/\//, '').replace(/[/?#].*$/s, ''));
    const allowed = [...policy.allow, ...targets];
    return downloadsOf(context.file, context.commands.all).flatMap((download) => {
      const mirror = mirrored(download, policy.mirrors);
      if (mirror === undefined && (policy.allow.length === 0 || isAllowed(allowed, download.host))) return [];
      const advice =
        mirror === undefined ? `Allowed: ${policy.allow.map((host) => `\`${host}\``).join(', ')}.` : 'The company has a mirror of it.';
      return [
        {
          range: context.range(download),
          message: `The build downloads from \`${download.host}\`, which the standards do not allow: it can be gone or changed tomorrow, and nobody checks it. ${advice}`,
          fixes: mirror === undefined ? [] : [replacement(context, download, mirror, 'Download from the mirror')],
          related: demandedBy(context, mirror === undefined ? 'downloads.allow' : 'downloads.mirrors'),
        },
      ];
    });
  },
};

function isAllowed(allowed: readonly string[], host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return allowed.some((entry) => wildcardMatches(entry.toLowerCase(), host) || wildcardMatches(entry.toLowerCase(), name));
}

/** The address at the mirror; the longest beginning that matches counts. */
function mirrored({ url }: Download, mirrors: ReadonlyMap<string, string>): string | undefined {
  const found = [...mirrors]
    .filter(([from]) => url.startsWith(from) && (from.endsWith('/') || /^(?:[/?#]|$)/.test(url.slice(from.length))))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (!found) return undefined;
  const [from, to] = found;
  return to.replace(/\/$/, '') + (from.endsWith('/') ? '/' : '') + url.slice(from.length);
}
