import { everyRule, ruleNames } from '../../../../server/src/core/features/ruleNames.ts';
import { suggest } from '../../../../server/src/core/text/suggest.ts';
import { fail } from '../../errors.ts';

/** The rules that `--rules` names: our ids, `category/*`, or the peers' ids. Throws `usage` for a name that nobody has. */
export function rulesNamed(list: string): readonly string[] {
  const names = list.split(/[\s,]+/).filter((name) => name !== '');
  return names.flatMap((name) => {
    const rules = ruleNames.rulesOf(name);
    if (rules.length > 0) return rules;
    if (ruleNames.knows(name)) throw fail('usage', `Waybill has no rule for \`${name}\`.`, 'See `waybill lint --list-rules`.');
    const near = suggest(name, [...ruleNames.all, ...categories(), 'all']);
    throw fail('usage', `There is no rule \`${name}\`.`, near ? `Did you mean \`${near}\`?` : 'See `waybill lint --list-rules`.');
  });
}

function categories(): readonly string[] {
  return [...new Set(Object.keys(everyRule).map((id) => `${id.slice(0, id.indexOf('/'))}/*`))];
}

/** Every rule as data, by id. */
export function ruleTable(): readonly Record<string, unknown>[] {
  return Object.entries(everyRule)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { summary, severity, optIn, fixable, aliases }]) => ({
      rule: id,
      summary,
      severity,
      off: optIn === true,
      fix: fixable,
      aliases,
    }));
}

/** The table for people. */
export function ruleLines(): string {
  const rows = Object.entries(everyRule).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([id]) => id.length)) + 2;
  return rows
    .map(([id, { summary, severity, optIn, fixable, aliases }]) => {
      const marks = [optIn ? 'off' : severity, ...(fixable ? ['fix'] : [])].join(', ');
      return `${id.padEnd(width)}${marks.padEnd(14)}${summary}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}`;
    })
    .join('\n');
}
