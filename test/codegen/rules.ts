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
    'server/src/generated/rules.ts': both(),
    'server/src/generated/dockerfileRules.ts': registry(
      rules.filter((rule) => rule.dockerfile),
      'dockerfileRules',
      'Rules about Dockerfiles, by id.',
      "DockerfileRule } from '../core/rules/context.ts'",
    ),
    'server/src/generated/manifestRules.ts': registry(
      rules.filter((rule) => !rule.dockerfile),
      'manifestRules',
      'Rules about manifests, standards and environments, by id.',
      "ManifestRule } from '../core/rules/manifestContext.ts'",
    ),
    'server/src/generated/ruleMeta.ts': metadata(rules),
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

function both(): string {
  return [
    `// ${notice}`,
    "export { dockerfileRules } from './dockerfileRules.ts';",
    "export { manifestRules } from './manifestRules.ts';",
    '',
  ].join('\n');
}

/** One registry: who judges Dockerfiles alone loads nothing of the other. */
function registry(rules: readonly RuleFile[], name: string, about: string, type: string): string {
  return [
    `// ${notice}`,
    `import type { ${type};`,
    ...rules.map((rule) => `import { rule as ${camel(rule.id)} } from '../core/rules/${rule.id}.ts';`),
    '',
    `/** ${about} */`,
    `export const ${name}: Readonly<Record<string, ${type.split(' ')[0]}>> = {`,
    ...rules.map((rule) => `  '${rule.id}': ${camel(rule.id)},`),
    '};',
    '',
  ].join('\n');
}

/** What is told of rules, without the rules themselves. */
function metadata(rules: readonly RuleFile[]): string {
  const row = ({ id, meta: { summary, severity, aliases, fixable, optIn } }: RuleFile) =>
    `  '${id}': ${JSON.stringify({ summary, severity, aliases, fixable, ...(optIn ? { optIn } : {}) })},`;
  return [
    `// ${notice}`,
    "import type { RuleMeta } from '../core/rules/rule.ts';",
    '',
    '/** What is told of every rule, by id; the rules themselves are in the registries. */',
    'export const ruleMeta: Readonly<Record<string, RuleMeta>> = {',
    ...rules.map(row),
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
