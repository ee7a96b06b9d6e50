/** Literate specifications of rules: Markdown whose code blocks are executed. */

/** A Dockerfile of a specification, with the YAML that stands in front of it. */
export interface SpecBlock {
  readonly section: string;
  /** Line of the opening fence, one-based. */
  readonly line: number;
  readonly text: string;
  /** `key=value` words of the fence: `path=…`, `today=…`, `standards=none`. */
  readonly options: ReadonlyMap<string, string>;
  /** Text of a `yaml waybill.yaml` block in front of it. */
  readonly manifest?: string;
  /** Text of a `yaml waybill.standards.yaml` block in front of it: top-level keys that replace those of the fixture. */
  readonly standards?: string;
  /** Other files of the workspace, from `yaml <path>` and `text <path>` blocks in front of it, by path. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface SpecSection {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Spec {
  readonly path: string;
  /** From the title: `base/digest`. */
  readonly rule: string;
  readonly sections: readonly SpecSection[];
  readonly blocks: readonly SpecBlock[];
}

/** Files of a workspace by path. */
export type SpecFiles = ReadonlyMap<string, string>;

/** Reads a specification; throws an Error that names the line when a fence is not closed. */
export function parseSpec(path: string, text: string): Spec {
  const lines = text.replace(/\n$/, '').split('\n');
  const rule = /^# (\S+)$/.exec(lines[0] ?? '')?.[1];
  if (!rule) throw new Error(`${path}: the first line must be "# category/name"`);
  const sections: { title: string; lines: string[] }[] = [];
  const blocks: SpecBlock[] = [];
  let yaml: Yaml = {};
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.startsWith('## ')) {
      sections.push({ title: line.slice(3), lines: [] });
      continue;
    }
    const fence = /^```(\w+)\s*(.*)$/.exec(line);
    const end = fence ? lines.indexOf('```', i + 1) : i;
    if (end < 0) throw new Error(`${path}:${i + 1}: this code block has no end`);
    const section = sections.at(-1);
    section?.lines.push(...lines.slice(i, end + 1));
    if (fence)
      yaml = takeBlock(
        fence[1] ?? '',
        fence[2] ?? '',
        { title: section?.title ?? '', line: i + 1, body: lines.slice(i + 1, end) },
        yaml,
        blocks,
      );
    i = end;
  }
  return { path, rule, sections, blocks };
}

interface Yaml {
  readonly manifest?: string;
  readonly standards?: string;
  readonly files?: ReadonlyMap<string, string>;
}

interface Code {
  readonly title: string;
  readonly line: number;
  readonly body: readonly string[];
}

/** Keeps a code block; answers the YAML that the next Dockerfile stands behind. */
function takeBlock(language: string, info: string, { title, line, body }: Code, yaml: Yaml, blocks: SpecBlock[]): Yaml {
  const text = `${body.join('\n')}\n`;
  const isOther = info !== '' && info !== 'waybill.yaml' && info !== 'waybill.standards.yaml';
  if ((language === 'yaml' || language === 'text') && isOther) return { ...yaml, files: new Map([...(yaml.files ?? []), [info, text]]) };
  if (language === 'yaml') return { ...yaml, [info === 'waybill.yaml' ? 'manifest' : 'standards']: text };
  if (language !== 'dockerfile') return yaml;
  blocks.push({ section: title, line, text, options: optionsOf(info), ...yaml });
  // A Fix has two blocks that share their YAML.
  const half = title === 'Fix' && blocks.filter((block) => block.section === 'Fix').length % 2 === 1;
  return half ? yaml : {};
}

function optionsOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\s+/).flatMap((word): [string, string][] => {
    const equals = word.indexOf('=');
    return equals < 0 ? [] : [[word.slice(0, equals), word.slice(equals + 1)]];
  });
  return new Map(pairs);
}

/** Blocks that follow each other directly are the files of one workspace; anything between them begins another. */
export function specWorkspaces({ lines }: SpecSection): readonly SpecFiles[] {
  const found: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  for (let i = 0; i < lines.length; i++) {
    const path = /^```(?:yaml|dockerignore|ini|toml|text) (\S+)$/.exec(lines[i] ?? '')?.[1];
    if (!path) {
      current = undefined;
      continue;
    }
    const end = lines.indexOf('```', i + 1);
    if (!current) {
      current = new Map();
      found.push(current);
    }
    current.set(path, `${lines.slice(i + 1, end).join('\n')}\n`);
    i = end;
  }
  return found;
}
