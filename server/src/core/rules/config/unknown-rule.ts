import type { Range } from '../../../protocol.ts';
import { readHadolintConfig } from '../../standards/hadolintConfig.ts';
import { suggest } from '../../text/suggest.ts';
import { entriesAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';

/** A setting for a rule that does not exist sets nothing. */
export const rule: ManifestRule = {
  summary: 'Settings of rules, in the standards and in `.hadolint.yaml`, name rules that exist.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['standards', 'hadolint'],
  check(context) {
    const { names, kind } = context;
    const candidates = kind === 'hadolint' ? names.all.filter((name) => /^DL\d/.test(name)) : names.all;
    return named(context)
      .filter(({ name }) => !names.knows(name))
      .map(({ name, range }) => {
        const near = suggest(name, candidates);
        return {
          range,
          message: `There is no rule \`${name}\`, so this sets nothing.${near ? ` Did you mean \`${near}\`?` : ''}`,
          fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range, text: near }], preview: true }] : [],
        };
      });
  },
};

function named({ kind, uri, yaml }: ManifestContext): readonly { readonly name: string; readonly range: Range }[] {
  if (kind === 'standards') return entriesAt(yaml.root, 'severity').map(({ key, keyRange }) => ({ name: key, range: keyRange }));
  const { ignored, overridden } = readHadolintConfig(uri, yaml.root);
  return [...ignored, ...overridden];
}
