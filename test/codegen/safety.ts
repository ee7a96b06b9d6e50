/** SAFETY.md from the list of guards. */
import { guards, nevers } from '../safety/guards.ts';

export default async function generate(): Promise<Record<string, string>> {
  const sections = Object.entries(nevers).flatMap(([never, words]) => {
    const own = guards.filter((guard) => guard.never === never);
    if (own.length === 0) return [];
    const rows = own.map(
      ({ what, file, test, name }) =>
        `| ${what} | [${file.replace('client/src/', '')}](${file}) | [${test.replace('test/', '')}](${test}): ${name} |`,
    );
    return [`## ${never}: ${words}`, '', '| guard | stands in | test that fails without it |', '| --- | --- | --- |', ...rows, ''];
  });
  const text = [
    '# What must never happen',
    '',
    'Each guard below has a test that fails when the guard is taken away. `npm run safety` takes away one after the other in a copy of the code and',
    'runs its test, on real daemons and a real cluster; `npm run safety -- S2` does so for some. Derived from `test/safety/guards.ts`.',
    '',
    ...sections,
  ].join('\n');
  return { 'SAFETY.md': `${text.trimEnd()}\n` };
}
