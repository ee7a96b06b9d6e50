import { knownSection } from '../../supervisor/keys.ts';
import { settingOf } from '../../supervisor/parse.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** What Supervisor does not start without. */
export const rule: ManifestRule = {
  summary: 'Programs have a `command`, event listeners their `events`, groups their `programs`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      const missing = (knownSection(section.kind)?.keys ?? []).filter(
        ({ name, required }) => required && (settingOf(section, name)?.value ?? '') === '',
      );
      return missing.map(({ name, about }) => ({
        range: section.range,
        message: `\`${name}\` is missing, and Supervisor does not start without: ${about.replace(/^\w/, (letter) => letter.toLowerCase())}`,
      }));
    }),
};
