/** Derives the command registry and what package.json contributes from the metadata on top of each command. */
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from '../../client/src/commands/contract/command.ts';
import { activationEvents, capabilities, fixedContributions, languages } from './manifest/fixed.ts';

const root = resolve(import.meta.dirname, '../..');
const commandFolder = resolve(root, 'client/src/commands');
const header = '// Derived from client/src/commands by test/codegen/commands.ts; change it there.\n';

/** Repository path → content of everything derived from commands. */
export default async function generate(): Promise<Record<string, string>> {
  const names = (await readdir(commandFolder)).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length));
  const commands = await Promise.all(names.sort().map(loadCommand));
  // A language with settings of its own has a grammar of its own.
  const yaml = languages.filter(({ settings }) => settings === undefined);
  const grammars = yaml.map(({ id }) => [`client/media/${id}.tmLanguage.json`, grammar(id)] as const);
  return {
    'client/src/generated/commandIds.ts': commandIds(commands),
    'client/src/generated/commands.ts': commandTable(names),
    'package.json': await packageManifest(commands),
    ...Object.fromEntries(grammars),
  };
}

async function loadCommand(name: string): Promise<Command> {
  const module = (await import(resolve(commandFolder, `${name}.ts`))) as Record<string, Command | undefined>;
  const command = module[name];
  if (!command) throw new Error(`client/src/commands/${name}.ts exports no command named \`${name}\``);
  return command;
}

function commandIds(commands: readonly Command[]): string {
  const ids = commands.map((command) => `  '${command.contribution.id}',\n`).join('');
  return `${header}/** Every command of the extension; registered at activation, loaded at first use. */\nexport const commandIds: readonly string[] = [\n${ids}];\n`;
}

function commandTable(names: readonly string[]): string {
  const imports = names.map((name) => `import { ${name} } from '../commands/${name}.ts';\n`).join('');
  const rows = names.map((name) => `  ${name},\n`).join('');
  return `${header}import type { Command } from '../commands/contract/command.ts';\n${imports}\nexport const commands: readonly Command[] = [\n${rows}];\n`;
}

async function packageManifest(commands: readonly Command[]): Promise<string> {
  const present = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const derived = {
    categories: ['Linters', 'Programming Languages', 'Other'],
    icon: 'client/media/waybill.png',
    extensionKind: ['workspace'],
    activationEvents,
    capabilities,
    contributes: {
      ...fixedContributions,
      commands: commands.map(({ contribution }) => ({
        command: contribution.id,
        title: contribution.title,
        category: 'Waybill',
        ...(contribution.icon ? { icon: `$(${contribution.icon})` } : {}),
        ...(contribution.connects ? { enablement: 'isWorkspaceTrusted' } : {}),
      })),
      menus: menus(commands),
      snippets: await snippets(),
    },
  };
  return `${JSON.stringify({ ...present, ...derived }, null, 2)}\n`;
}

function menus(commands: readonly Command[]): Record<string, object[]> {
  const hidden = commands.filter(({ contribution }) => contribution.palette !== true);
  const result: Record<string, object[]> = {
    commandPalette: hidden.map(({ contribution: { id, palette } }) => ({ command: id, when: palette === false ? 'false' : palette })),
  };
  for (const { contribution } of commands) {
    for (const { menu, when, group } of contribution.menus) {
      result[menu] = [...(result[menu] ?? []), { command: contribution.id, when, group }];
    }
  }
  return result;
}

/** `snippets/<language>.json` or `snippets/<last word of a language of ours>.json`. */
async function snippets(): Promise<object[]> {
  const files = (await readdir(resolve(root, 'snippets')).catch(() => [])).filter((file) => /\.(json|code-snippets)$/.test(file)).sort();
  return files.flatMap((file) => {
    const name = file.replace(/\.(json|code-snippets)$/, '');
    const ours = languages.find(({ id }) => id === name || id === `waybill-${name}`);
    const language = ours?.id ?? (name === 'dockerfile' ? 'dockerfile' : undefined);
    return language ? [{ language, path: `./snippets/${file}` }] : [];
  });
}

function grammar(id: string): string {
  return `${JSON.stringify({ scopeName: `source.${id.replace('-', '.')}`, patterns: [{ include: 'source.yaml' }] }, null, 2)}\n`;
}
