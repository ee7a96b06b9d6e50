/**
 * What the compiler cannot see of ARCHITECTURE.md: who may import whom, cycles, sizes, and the words the project keeps to itself.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const files = globSync(['client/src/**/*.ts', 'server/src/**/*.ts'], { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const importPattern = /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly lazy: boolean;
}

const imports: Import[] = files.flatMap((from) =>
  [...(texts.get(from) ?? '').matchAll(importPattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    const to = target.startsWith('.') ? relative(root, resolve(root, dirname(from), target)).replaceAll('\\', '/') : target;
    return { from, to, lazy: match[3] !== undefined };
  }),
);

/** The imports of files under `from` that are inside the project and match none of `allowed`. */
function outside(
  from: RegExp,
  allowed: readonly RegExp[],
  of: (edge: Import) => boolean = (edge) => /^(client|server|schemas|test)\//.test(edge.to),
): string[] {
  return imports
    .filter((edge) => from.test(edge.from) && of(edge) && ![from, ...allowed].some((pattern) => pattern.test(edge.to)))
    .map((edge) => `${edge.from} → ${edge.to}`);
}

const protocol = /^server\/src\/protocol(\.ts$|\/)/;
const ports = /^client\/src\/(ports\.ts$|ports\/|errors\.ts$)/;
const delivery = /^client\/src\/delivery\//;
const diff = /^client\/src\/delivery\/diff\.ts$/;
const models = /^server\/src\/core\/(text|dockerfile|yaml|standards|service|environments|supervisor|confd)\//;

describe('the dependency rule', () => {
  const none = (found: string[]) => assert.deepEqual(found, []);

  it('protocol.ts imports nothing', () => none(outside(protocol, [], () => true)));
  it('core knows only itself, the shapes, generated code and the words of the protocol', () =>
    none(outside(/^server\/src\/(core|generated)\//, [protocol, /^schemas\//])));
  it('core is free of Node and LSP', () =>
    none(outside(/^server\/src\/core\//, [], (edge) => /^node:|^vscode-languageserver(?!-types|-textdocument)|^vscode$/.test(edge.to))));
  it('rules know the models, not the features', () =>
    none(
      outside(/^server\/src\/core\/rules\//, [
        models,
        protocol,
        /^server\/src\/core\/features\/workspace\.ts$/,
        /^server\/src\/generated\//,
      ]),
    ));
  it('models know no rules and no features', () => none(outside(models, [protocol, /^schemas\//, /^server\/src\/generated\//])));
  it('the text model knows nothing else', () => none(outside(/^server\/src\/core\/text\//, [protocol])));
  it('only lsp/ and main.ts know LSP', () =>
    none(
      imports
        .filter((edge) => /^vscode-languageserver\/?/.test(edge.to) && !/^server\/src\/(lsp\/|main\.ts)/.test(edge.from))
        .map((edge) => `${edge.from} → ${edge.to}`),
    ));
  // The user's ShellCheck is run in one place, and nothing else.
  const runsShellCheck = (edge: Import) => edge.from === 'server/src/lsp/shellcheck.ts' && edge.to === 'node:child_process';
  it('the server never reaches a daemon or a cluster; it runs ShellCheck alone', () =>
    none(
      imports
        .filter(
          (edge) =>
            edge.from.startsWith('server/') &&
            !runsShellCheck(edge) &&
            /^(dockerode|docker-modem|@kubernetes|undici|node:(http|https|http2|net|tls|child_process))/.test(edge.to),
        )
        .map((edge) => `${edge.from} → ${edge.to}`),
    ));
  it('only client/src/editor imports vscode, in at most a quarter of the client', () => {
    const using = imports.filter((edge) => edge.to === 'vscode').map((edge) => edge.from);
    none(using.filter((file) => !file.startsWith('client/src/editor/') && file !== 'client/src/extension.ts'));
    const client = files.filter((file) => file.startsWith('client/') && !file.includes('/generated/'));
    assert.ok(new Set(using).size * 4 <= client.length, `${new Set(using).size} of ${client.length} client files import vscode`);
  });
  it('the client knows nothing of the server but the protocol; only the CLI may use the core', () =>
    none(
      imports
        .filter(
          (edge) =>
            edge.from.startsWith('client/') &&
            !edge.from.startsWith('client/src/cli/') &&
            /^server\//.test(edge.to) &&
            !protocol.test(edge.to),
        )
        .map((edge) => `${edge.from} → ${edge.to}`),
    ));
  it('use-cases know only the ports', () => none(outside(delivery, [protocol, ports])));
  it('commands know use-cases and ports', () =>
    none(outside(/^client\/src\/commands\//, [protocol, ports, delivery, /^client\/src\/(state|tree)\//])));
  it('the tree knows the state, the state the ports', () => {
    none(outside(/^client\/src\/tree\//, [protocol, ports, /^client\/src\/state\//]));
    none(outside(/^client\/src\/state\//, [protocol, ports]));
  });
  it('adapters know only the ports', () => {
    none(outside(/^client\/src\/docker\//, [protocol, ports, /^client\/src\/registry\//]));
    none(outside(/^client\/src\/registry\//, [protocol, ports]));
    none(outside(/^client\/src\/kubernetes\//, [protocol, ports, diff]));
    none(outside(/^client\/src\/compose\//, [protocol, ports, diff, /^client\/src\/(docker|registry)\//]));
    none(outside(/^client\/src\/local\//, [protocol, ports]));
  });
  it('use-cases, state, tree and commands touch no file, process or socket', () =>
    none(
      imports
        .filter(
          (edge) =>
            /^client\/src\/(delivery|state|tree|commands)\//.test(edge.from) &&
            /^node:(fs|net|http|https|http2|tls|child_process|os)/.test(edge.to),
        )
        .map((edge) => `${edge.from} → ${edge.to}`),
    ));
});

const written = files.filter((file) => !file.includes('/generated/'));

describe('size and form', () => {
  const lines = (file: string) => (texts.get(file) ?? '').split('\n').length - 1;

  it('every file is under 300 lines', () =>
    assert.deepEqual(
      written.filter((file) => lines(file) >= 300).map((file) => `${file} (${lines(file)})`),
      [],
    ));
  it('no `any`, no `!`, no enum', () => {
    const found = written.flatMap((file) =>
      (texts.get(file) ?? '').split('\n').flatMap((line, index) => {
        const code = line.replace(/\/\/.*|^\s*\*.*|'[^']*'|`[^`]*`/g, '');
        return /(:|\bas|<)\s*any\b|[\])\w]!(\.|;|,|\)|\[)|^\s*(export )?(const )?enum\s+\w+\s*\{/.test(code)
          ? [`${file}:${index + 1} ${line.trim()}`]
          : [];
      }),
    );
    assert.deepEqual(found, []);
  });
  it('activate is at most 40 lines', () => assert.ok(lines('client/src/extension.ts') <= 40));
  it('nothing is left open', () => {
    const mark = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
    assert.deepEqual(
      written.filter((file) => mark.test(texts.get(file) ?? '')),
      [],
    );
  });
  it('no module-level `let`', () =>
    assert.deepEqual(
      written.filter((file) => /^(export )?let /m.test(texts.get(file) ?? '')),
      [],
    ));
  it('imports form no cycle, types included', () => {
    const next = Map.groupBy(
      imports.filter((edge) => !edge.lazy),
      (edge) => edge.from,
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const edge of next.get(file) ?? []) visit(edge.to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    assert.deepEqual(cycles, []);
  });
});

describe('words for people', () => {
  it('names stand in backticks', () => {
    // Which quote shell, XML and Dockerfiles take is theirs to say.
    const others = /^(client\/src\/(cli\/lint\/xml|commands\/text\/kubectl|compose\/healthCheck)\.ts|server\/src\/core\/)/;
    const quoted = written.flatMap((file) =>
      others.test(file)
        ? []
        : [...(texts.get(file) ?? '').matchAll(/^.*`.*(['"\u201c])\$\{(?:[^{}]|\{[^{}]*\})*\}['"\u201d].*$/gm)].map(
            ([line]) => `${file}: ${line.trim()}`,
          ),
    );
    assert.deepEqual(quoted, []);
  });
});

describe('the project speaks of itself alone', () => {
  it('names no registry address in the lockfile', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    assert.doesNotMatch(lock, /"resolved":/);
  });
});
