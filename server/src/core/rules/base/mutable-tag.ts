import { pinnedReference } from '../../dockerfile/catalogue.ts';
import { optional } from '../../text/optional.ts';
import { globMatches } from '../../text/uris.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Without a digest, a tag is one that the registry never gives away again. */
export const rule: DockerfileRule = {
  summary: 'A tag without digest is one of those that the registry keeps immutable.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  check(context) {
    const { standards } = context;
    if (!standards) return [];
    return context.images().flatMap((used) => {
      const { tag, repository = '' } = used;
      // An image without tag, with `latest`, or one whose digest the policy demands is base/digest's.
      const judged = used.place === 'FROM' && standards.policy.digest !== 'off';
      if (tag === undefined || tag === 'latest' || used.digest || judged) return [];
      const registry = standards.registries.find(({ host }) => repository.startsWith(`${host}/`));
      const patterns = registry?.immutableTags ?? [];
      if (patterns.length === 0 || patterns.some((pattern) => globMatches(pattern, tag))) return [];
      const locked = used.resolved === undefined ? undefined : context.lockedDigest?.(used.resolved);
      const pinned = used.match?.pinned?.digest ? used.match.pinned : { tag, ...optional('digest', locked) };
      const written = context.file.text.slice(used.repositorySpan.start, used.repositorySpan.end);
      const fixable = pinned.digest !== undefined && used.variables.length === 0;
      return [
        {
          range: context.range(used.tagSpan ?? used),
          message: `The registry \`${registry?.name}\` keeps only tags like ${patterns.map((pattern) => `\`${pattern}\``).join(', ')} for ever; \`${tag}\` may be another image tomorrow. Add the digest.`,
          fixes: fixable ? [replacement(context, used, pinnedReference(written, pinned), `Pin ${tag} by digest`)] : [],
        },
      ];
    });
  },
};
