import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RuleMeta } from '../../server/src/core/rules/rule.ts';
import { parseSpec, type SpecSection } from '../rules/spec.ts';

const root = join(import.meta.dirname, '../..');
const rulesFolder = join(root, 'server/src/core/rules');
const notice = 'Derived by test/codegen/rules.ts. Change the rule or its specification, then run the tests with UPDATE=1.';

interface RuleFile {
  readonly id: string;
  readonly meta: RuleMeta;
  /** False for rules about other files than Dockerfiles. */
  readonly dockerfile: boolean;
}

/** The rule registry, RULES.md and a page per rule, from the rules' files and their specifications. */
export default async function generate(): Promise<Record<string, string>> {
  const rules = await ruleFiles();
  const pages = await Promise.all(rules.map(async (rule) => [`docs/rules/${rule.id}.md`, await page(rule)] as const));
  return {
    'server/src/generated/rules.ts': registry(rules),
    'RULES.md': table(rules),
    ...Object.fromEntries(pages),
  };
}

/** All rules, by id. A rule about YAML files says which ones in `on`. */
export async function ruleFiles(): Promise<readonly RuleFile[]> {
  const entries = await readdir(rulesFolder, { recursive: true });
  const ids = entries.filter((path) => /^[\w-]+[/\\][\w-]+\.ts$/.test(path)).map((path) => path.replace(/\.ts$/, '').replaceAll('\\', '/'));
  const files = await Promise.all(
    ids.sort().map(async (id): Promise<RuleFile[]> => {
      const module: { readonly rule?: RuleMeta } = await import(join(rulesFolder, `${id}.ts`));
      return module.rule ? [{ id, meta: module.rule, dockerfile: !('on' in module.rule) }] : [];
    }),
  );
  return files.flat();
}

function camel(id: string): string {
  return id.replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

function registry(rules: readonly RuleFile[]): string {
  const line = (rule: RuleFile) => `import { rule as ${camel(rule.id)} } from '../core/rules/${rule.id}.ts';`;
  const row = (rule: RuleFile) => `  '${rule.id}': ${camel(rule.id)},`;
  return [
    `// ${notice}`,
    "import type { DockerfileRule } from '../core/rules/context.ts';",
    "import type { ManifestRule } from '../core/rules/manifestContext.ts';",
    ...rules.map(line),
    '',
    '/** Rules about Dockerfiles, by id. */',
    'export const dockerfileRules: Readonly<Record<string, DockerfileRule>> = {',
    ...rules.filter((rule) => rule.dockerfile).map(row),
    '};',
    '',
    '/** Rules about manifests, standards and environments, by id. */',
    'export const manifestRules: Readonly<Record<string, ManifestRule>> = {',
    ...rules.filter((rule) => !rule.dockerfile).map(row),
    '};',
    '',
  ].join('\n');
}

function table(rules: readonly RuleFile[]): string {
  const rows = rules.map(({ id, meta }) => {
    const off = meta.optIn ? ' (off)' : '';
    return `| [\`${id}\`](docs/rules/${id}.md) | ${meta.summary} | ${meta.severity}${off} | ${meta.fixable ? 'yes' : ''} | ${meta.aliases.join(', ')} |`;
  });
  return [
    `<!-- ${notice} -->`,
    '# Rules',
    '',
    'Severities are defaults: `severity` in the standards changes them, `off` switches a rule off.',
    'A comment `# waybill ignore=<rule> <reason>` takes away the findings of the next instruction; `stage ignore=` those of the stage,',
    '`file ignore=` those of the file. `# hadolint ignore=<id>` works for the ids in the last column.',
    '',
    '| Rule | What it demands | Severity | Fix | The same elsewhere |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

async function page({ id, meta }: RuleFile): Promise<string> {
  const path = join(root, 'test/rules', `${id}.md`);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const facts = [
    `Severity: ${meta.severity}${meta.optIn ? ', off by default' : ''}`,
    meta.fixable ? 'has a fix' : 'no fix',
    ...(meta.aliases.length > 0 ? [`elsewhere: ${meta.aliases.join(', ')}`] : []),
  ];
  const head = [`<!-- ${notice} -->`, `# ${id}`, '', meta.summary, '', `${facts.join(' · ')}`, ''];
  if (text === undefined) return head.join('\n');
  const spec = parseSpec(relative(root, path), text);
  return [...head, ...spec.sections.map(sectionText)].join('\n');
}

function sectionText({ title, lines }: SpecSection): string {
  const shown = lines
    .filter((line) => !/^\s*#~ /.test(line))
    .map((line) => line.replaceAll(/<\||\|>/g, '').replace(/^```(\w+) .*$/, '```$1'));
  return [`## ${title === 'Hard cases' ? 'In detail' : title}`, ...shown].join('\n');
}
