import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { everyRule, ruleNames } from '../../../../server/src/core/features/ruleNames.ts';
import { suggest } from '../../../../server/src/core/text/suggest.ts';
import { fail } from '../../errors.ts';

/** A rule with its page. */
export interface Explained {
  readonly rule: string;
  readonly summary: string;
  readonly severity: string;
  readonly off: boolean;
  readonly fix: boolean;
  readonly aliases: readonly string[];
  readonly help: string;
  /** Markdown; the summary when the page is not there. */
  readonly text: string;
}

/** The rules that a name stands for: ours, or a peer's. Throws `usage` when there is none. */
export function explainRule(name: string, pages: string): readonly Explained[] {
  const known = ruleNames.rulesOf(name).length > 0 ? name : ruleNames.all.find((other) => other.toLowerCase() === name.toLowerCase());
  const rules = known === undefined ? [] : ruleNames.rulesOf(known);
  if (rules.length === 0) throw unknown(name);
  return rules.flatMap((id) => {
    const rule = everyRule[id];
    if (!rule) return [];
    const help = `${pages}${id}.md`;
    const { summary, severity, aliases, fixable, optIn } = rule;
    return [
      { rule: id, summary, severity, off: optIn === true, fix: fixable, aliases, help, text: pageText(help) ?? `# ${id}\n\n${summary}\n` },
    ];
  });
}

function unknown(name: string): Error {
  if (ruleNames.knows(name))
    return fail('usage', `\`${name}\` is a check that another linter makes and Waybill does not.`, 'See `waybill lint --list-rules`.');
  const near = suggest(name, ruleNames.all);
  return fail(
    'usage',
    `There is no rule \`${name}\`.`,
    near ? `Did you mean \`waybill explain ${near}\`?` : 'See `waybill lint --list-rules`.',
  );
}

function pageText(address: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(address), 'utf8').replace(/^<!--[\s\S]*?-->\n/, '');
  } catch {
    return undefined;
  }
}
