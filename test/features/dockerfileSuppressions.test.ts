import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { fixAll } from '../../server/src/core/features/codeActions.ts';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { type LintOptions, lintDockerfile } from '../../server/src/core/features/lint.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { dockerfileUri, folder, type ShopOptions, shop } from '../harness/shop.ts';

const plain: ShopOptions = { standards: 'none' };

function lint(text: string, workspace: ShopOptions = plain, options: LintOptions = {}) {
  return lintDockerfile(parseDockerfile(dockerfileUri, text), shop(workspace), options);
}

/** `rule@line severity` of the rules whose id begins so. */
function brief(found: ReturnType<typeof lint>, start: string): readonly string[] {
  return found.filter(({ rule }) => rule.startsWith(start)).map(({ rule, range, severity }) => `${rule}@${range.start.line} ${severity}`);
}

function hadolint(text: string, path = '.hadolint.yaml'): ShopOptions {
  return { standards: 'none', files: [{ uri: `${folder}/${path}`, kind: 'hadolint', text }] };
}

const two = 'ENV API_TOKEN=abc1\nENV DB_PASSWORD=abc1\n';

describe('comments of BuildKit', () => {
  it('skip by name at the head of a file, and for the next instruction', () => {
    assert.deepEqual(brief(lint(`# check=skip=SecretsUsedInArgOrEnv\nFROM scratch\n${two}`), 'secret'), []);
    assert.deepEqual(brief(lint(`FROM scratch\n# check=skip=SecretsUsedInArgOrEnv\n${two}`), 'secret'), ['secret/in-env@3 error']);
    assert.deepEqual(brief(lint(`FROM scratch\n#check = skip=UndefinedVar, SecretsUsedInArgOrEnv remark\n${two}`), 'secret'), [
      'secret/in-env@3 error',
    ]);
  });
  it('skip=all takes away what BuildKit would report, and nothing else', () => {
    const found = lint(`# check=skip=all\nFROM debian\n${two}`);
    assert.deepEqual(brief(found, 'secret'), []);
    assert.ok(found.some(({ aliases }) => aliases.includes('DL3006')));
  });
  it('error=true makes errors of them', () => {
    const text = 'FROM scratch as Build\nCOPY a /a\n';
    const severity = (head: string) => lint(head + text).find(({ aliases }) => aliases.includes('StageNameCasing'))?.severity;
    assert.notEqual(severity(''), 'error');
    assert.equal(severity('# check=error=true\n'), 'error');
    assert.equal(severity('# syntax=docker/dockerfile:1\n# check=skip=UndefinedVar;error=true\n'), 'error');
    assert.notEqual(severity('# check=error=false\n'), 'error');
  });
  it('names are spelt as BuildKit spells them', () => {
    assert.deepEqual(brief(lint(`# check=skip=secretsusedinargorenv\nFROM scratch\n${two}`), 'secret').length, 2);
  });
});

describe('comments of hadolint', () => {
  it('ignore by the ids that hold at the finding, for one instruction or the file', () => {
    assert.deepEqual(brief(lint(`FROM scratch\n# hadolint ignore=DL3064 # known\n${two}`), 'secret'), ['secret/in-env@3 error']);
    assert.deepEqual(brief(lint(`# hadolint global ignore=DL3064\nFROM scratch\n${two}`), 'secret'), []);
    assert.deepEqual(brief(lint(`FROM scratch\n# hadolint stage ignore=DL3064\n${two}FROM scratch\n${two}`), 'secret').length, 2);
  });
  it('count for nothing when the configuration says so', () => {
    const off = hadolint('disable-ignore-pragma: true\n');
    const found = lint(`# hadolint global ignore=DL3064\nFROM scratch\n${two}`, off);
    assert.deepEqual([brief(found, 'secret').length, brief(found, 'suppression')], [2, []]);
  });
  it('tell the shell of an image, so that PowerShell is not read as sh', () => {
    const install = 'RUN apt-get install foo | Out-Null\n';
    const rules = (text: string) => lint(text).filter(({ rule }) => rule.startsWith('package/')).length;
    assert.ok(rules(`FROM example\n${install}`) > 0);
    assert.equal(rules(`FROM example\n# hadolint shell=powershell\n${install}`), 0);
    assert.ok(rules(`FROM example\n# hadolint shell=/bin/bash\n${install}`) > 0);
    assert.ok(rules(`FROM example\n# hadolint shell=pwsh\nFROM other\n${install}`) > 0);
  });
});

describe('a .hadolint.yaml', () => {
  const text = `FROM scratch\n${two}`;
  it('ignores and overrides by the peers’ ids', () => {
    assert.deepEqual(brief(lint(text, hadolint('ignored: [DL3064]\n')), 'secret'), []);
    assert.deepEqual(brief(lint(text, hadolint('override:\n  style: [DL3064]\n')), 'secret')[0], 'secret/in-env@1 hint');
    assert.deepEqual(brief(lint(text, hadolint('ignored: [secret/in-env]\n')), 'secret'), []);
  });
  it('counts for the files below it, the nearest first', () => {
    const files = [
      { uri: `${folder}/.hadolint.yaml`, kind: 'hadolint' as const, text: 'ignored: [DL3064]\n' },
      { uri: `${folder}/services/shop/.hadolint.yml`, kind: 'hadolint' as const, text: '' },
    ];
    assert.equal(brief(lint(text, { standards: 'none', files }), 'secret').length, 2);
    assert.equal(brief(lint(text, hadolint('ignored: [DL3064]\n', 'services/other/.hadolint.yaml')), 'secret').length, 2);
  });
  it('turns on a rule that is off, for the check that it names', () => {
    const run = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN apk add curl\n';
    const pins = (workspace: ShopOptions, options: LintOptions = {}) =>
      lint(run, workspace, options).flatMap(({ aliases }) => aliases.filter((alias) => alias === 'DL3008' || alias === 'DL3018'));
    assert.deepEqual(pins(plain), []);
    assert.deepEqual(pins(hadolint('override: { error: [DL3008] }\n')), ['DL3008']);
    assert.deepEqual(pins(plain, { allRules: true }), ['DL3008', 'DL3018']);
    assert.deepEqual(pins(hadolint('ignored: [DL3018]\n'), { allRules: true }), ['DL3008']);
  });
  it('yields to the standards', () => {
    const files = [{ uri: `${folder}/.hadolint.yaml`, kind: 'hadolint' as const, text: 'ignored: [DL3064]\n' }];
    assert.equal(brief(lint(text, { files, standards: 'severity: { secret/in-env: warning }\n' }), 'secret').length, 2);
    assert.equal(brief(lint(text, { files, standards: 'severity: {}\n' }), 'secret').length, 0);
  });
  it('may be broken in any way', () => {
    for (const config of [
      '',
      '[]',
      'ignored: x',
      'ignored: {a: 1}',
      'override: [x]',
      'override: {error: 1}',
      'label-schema: 7',
      '\u0000',
      ': :',
      'ignored: [[[',
    ]) {
      assert.equal(brief(lint(text, hadolint(config)), 'secret').length, 2, config);
      lintManifest(shop(hadolint(config)), `${folder}/.hadolint.yaml`);
    }
  });
  it('is completed and explained', () => {
    const workspace = shop(hadolint('ignored: [DL3064]\nfail'));
    const uri = `${folder}/.hadolint.yaml`;
    assert.ok(completeManifest(workspace, uri, { line: 1, character: 4 }).some(({ label }) => label === 'failure-threshold'));
    assert.match(hoverManifest(workspace, uri, { line: 0, character: 3 })?.markdown ?? '', /not shown/);
  });
});

describe('comments of any kind', () => {
  const parts = [
    'waybill',
    'hadolint',
    'check',
    ' ',
    'stage',
    'file',
    'global',
    'ignore',
    '=',
    ':',
    ';',
    ',',
    'skip',
    'error',
    'layer',
    'DL3064',
    'secret/*',
    '*',
    '-',
    '#',
    '\t',
    'é',
    '🐳',
  ];
  it('never throw, and point into their own line', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 3000; round++) {
      const comment = `# ${['waybill ', 'hadolint ', 'check='][random(3)]}${Array.from({ length: random(9) }, () => parts[random(parts.length)]).join('')}`;
      const head = random(2) === 0;
      const text = head ? `${comment}\nFROM scratch\n${two}` : `FROM scratch\n${comment}\n${two}`;
      for (const { rule, range } of lint(text, plain, {
        only: ['suppression/syntax', 'suppression/unused', 'suppression/unknown-rule', 'secret/in-env'],
      })) {
        if (!rule.startsWith('suppression/')) continue;
        assert.equal(range.start.line, head ? 0 : 1, comment);
        assert.ok(
          range.end.character <= comment.length && range.start.character < range.end.character,
          `${comment} ${JSON.stringify(range)}`,
        );
      }
    }
  });
  it('are read in linear time', () => {
    const started = performance.now();
    const found = lint(
      `FROM scratch\n${'# waybill ignore=secret/in-env x\nENV API_TOKEN=abc1\n'.repeat(10_000)}# hadolint ${' '.repeat(100_000)}ignore DL3064\n`,
    );
    assert.deepEqual(brief(found, 'secret'), []);
    assert.ok(performance.now() - started < 5000);
  });
});

describe('fix all', () => {
  it('leaves no suppression behind that has become idle', () => {
    const text = '# check=skip=StageNameCasing\nFROM scratch\n# waybill ignore=secret/in-env,jdk/bundled,label/missing x\nCOPY a /a\n';
    assert.equal(fixAll(parseDockerfile(dockerfileUri, text), shop(plain)), 'FROM scratch\nCOPY a /a\n');
  });
});
