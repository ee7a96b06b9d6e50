// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Dockerfiles
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { dockerfileHints, type HintSettings } from '../../server/src/core/features/hintsDockerfile.ts';
import { dockerfileLenses } from '../../server/src/core/features/lensesDockerfile.ts';
import { dockerfileLinks } from '../../server/src/core/features/linksDockerfile.ts';
import { dockerfileSelection } from '../../server/src/core/features/selectionDockerfile.ts';
import { dockerfileSignature } from '../../server/src/core/features/signatureDockerfile.ts';
import { dockerfileTokens } from '../../server/src/core/features/tokensDockerfile.ts';
import { workspaceSymbols } from '../../server/src/core/features/workspaceSymbols.ts';
import { corpus } from '../bench/measure/corpus.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { dockerfileUri, folder, shop } from '../harness/shop.ts';

const base = 'registry.example.com/base/java-tomcat:9.0.121-r4';
const parse = (text: string, uri = dockerfileUri) => parseDockerfile(uri, text);
const whole = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

describe('semantic tokens of a Dockerfile', () => {
  /** `word:type` in the order of the text. */
  const tokens = (text: string) => {
    const lines = text.split('\n');
    return dockerfileTokens(parse(text)).map(
      ({ line, character, length, type }) => `${lines[line]?.slice(character, character + length)}:${type}`,
    );
  };

  it('tell keywords, images, stages, flags, variables and strings apart', () => {
    assert.deepEqual(tokens('# escape=\\\nFROM --platform=$P a:1 AS b\nFROM b\nCOPY --from=b x /y\n# c\nENV A="x $B"\nEXPOSE 80'), [
      ...['# escape=:macro', '\\:string', 'FROM:keyword', '--platform:parameter', '$P:variable', 'a:1:namespace', 'AS:keyword', 'b:class'],
      ...['FROM:keyword', 'b:class', 'COPY:keyword', '--from:parameter', 'b:class', '# c:comment', 'ENV:keyword', 'A:variable'],
      ...['"x :string', '$B:variable', '":string', 'EXPOSE:keyword', '80:number'],
    ]);
  });

  it('read the body of RUN as shell, heredocs too', () => {
    assert.deepEqual(tokens('FROM a\nRUN if x -y "z"; then \\\n  b && c $D; fi').slice(2), [
      ...['RUN:keyword', 'if:keyword', 'x:function', '-y:parameter', '"z":string', ';:operator', 'then:keyword'],
      ...['b:function', '&&:operator', 'c:function', '$D:variable', ';:operator', 'fi:keyword'],
    ]);
    assert.deepEqual(tokens('FROM a\nRUN <<EOF\n# c\nx -y\nEOF').slice(2), [
      'RUN:keyword',
      '<<EOF:operator',
      '# c:comment',
      'x:function',
      '-y:parameter',
      'EOF:operator',
    ]);
  });

  it('never cross a line nor each other, in any file of the corpus', () => {
    for (const { uri, text } of corpus()) {
      let last = { line: 0, end: 0 };
      const lines = text.split(/\r?\n/);
      for (const { line, character, length } of dockerfileTokens(parse(text, uri))) {
        assert.ok(line > last.line || character >= last.end, text);
        assert.ok(length > 0 && character + length <= (lines[line]?.length ?? 0), text);
        last = { line, end: character + length };
      }
    }
  });
});

describe('inlay hints of a Dockerfile', () => {
  const on: HintSettings = { user: true, workdir: true, arguments: true, layer: true };
  const hints = (text: string, settings = on) =>
    dockerfileHints(parse(text), shop(), whole, settings).map(({ position, label }) => `${position.line}: ${label}`);

  it('tell what FROM brings along, and what an earlier stage does', () => {
    assert.deepEqual(hints(`ARG T=9.0.121-r4\nFROM registry.example.com/base/java-tomcat:$T AS a\nUSER app\nWORKDIR logs\nFROM a\n`), [
      '1: registry.example.com/base/java-tomcat:9.0.121-r4',
      '1: base on rocky-9',
      '1: USER 10001:10001',
      '1: WORKDIR /opt/app',
      '4: USER app',
      '4: WORKDIR /opt/app/logs',
    ]);
    assert.deepEqual(hints('FROM node\nFROM scratch\nFROM $X\n'), []);
  });

  it('know an image by its Dockerfile in the workspace when the catalogue says nothing of its user', () => {
    const source = {
      uri: `${folder}/images/os/rocky-9/Dockerfile`,
      kind: 'dockerfile' as const,
      text: 'FROM scratch\nUSER 77\nWORKDIR /w\n',
    };
    const found = dockerfileHints(parse('FROM registry.example.com/os/rocky:9.6-2\n'), shop({ files: [source] }), whole);
    assert.deepEqual(
      found.map(({ label }) => label),
      ['os', 'USER 77', 'WORKDIR /w'],
    );
  });

  it('can each be switched off', () => {
    const only = (name: keyof HintSettings) =>
      hints(`FROM ${base}\n`, { user: false, workdir: false, arguments: false, layer: false, [name]: true });
    assert.deepEqual(
      [only('user'), only('workdir'), only('layer'), only('arguments')],
      [['0: USER 10001:10001'], ['0: WORKDIR /opt/app'], ['0: base on rocky-9'], []],
    );
  });
});

describe('code lenses of a Dockerfile', () => {
  const manifest = 'metadata: { name: shop, product: web }\n';
  const files = [{ uri: dockerfileUri, kind: 'dockerfile' as const, text: `FROM ${base}\n` }];
  const workspace = shop({ manifest, files });
  const lenses = (path: string) =>
    dockerfileLenses(parse('FROM scratch\n', `${folder}/${path}`), workspace, ({ uri, text }) => parseDockerfile(uri, text));

  it('tell the layer; of a base image, the services that stand on it, through the operating system too', () => {
    assert.deepEqual(
      lenses('images/base/java-tomcat-9/Dockerfile').map(({ title }) => title),
      ['Base image java-tomcat-9', '1 service stands on it', 'used in 1 place'],
    );
    const os = lenses('images/os/rocky-9/Dockerfile');
    assert.deepEqual(
      os.map(({ title }) => title),
      ['OS image rocky-9', '1 service stands on it', 'used in 0 places'],
    );
    assert.equal(os[1]?.places?.locations[0]?.uri, `${folder}/services/shop/waybill.yaml`);
    assert.deepEqual(
      lenses('services/other/Dockerfile').map(({ title }) => title),
      ['Application'],
    );
  });
});

describe('links of a Dockerfile', () => {
  it('lead to the standards, to files of the context and to addresses', () => {
    const text = `FROM ${base}\nCOPY src/a.txt *.md . /x/\nADD https://example.com/a.tgz /x\nCOPY --from=x y /z\nCOPY ["b c", "/x"]\n`;
    const links = dockerfileLinks(parse(text), shop()).map(({ target, unsure }) => `${target.replace(folder, '')}${unsure ? '?' : ''}`);
    assert.match(links[0] ?? '', /^\/waybill\.standards\.yaml#L\d+,\d+$/);
    assert.deepEqual(links.slice(1), ['/services/shop/src/a.txt?', 'https://example.com/a.tgz', '/services/shop/b%20c?']);
  });
});

describe('selection ranges of a Dockerfile', () => {
  it('grow from the variable to the file', () => {
    const { text, cursor } = parseAnnotated('FROM a\nRUN echo "x ${V<|>:-1}" && y\n');
    assert.ok(cursor);
    const file = parse(text);
    const grown = dockerfileSelection(file, cursor).map(({ start, end }) =>
      text.slice(file.index.offsetAt(start), file.index.offsetAt(end)),
    );
    assert.deepEqual(grown, [
      'V',
      '${V:-1}',
      '"x ${V:-1}"',
      'echo "x ${V:-1}"',
      'echo "x ${V:-1}" && y',
      'RUN echo "x ${V:-1}" && y',
      text.trimEnd(),
      text,
    ]);
  });
});

describe('signature help of a Dockerfile', () => {
  const active = (source: string) => {
    const { text, cursor } = parseAnnotated(source);
    assert.ok(cursor);
    const help = dockerfileSignature(parse(text), cursor);
    const signature = help?.signatures[help.activeSignature];
    const [start = 0, end = 0] = signature?.parameters[help?.activeParameter ?? 0] ?? [];
    return signature?.label.slice(start, end);
  };

  it('shows the form that is written and the word that is next', () => {
    assert.equal(active('FROM --pl<|>'), '[--platform=<platform>]');
    assert.equal(active('FROM <|>a'), '<image>[:<tag>][@<digest>]');
    assert.equal(active('FROM a\nCOPY --ch<|> a b'), '[OPTIONS]');
    assert.equal(active('FROM a\nCOPY x<|> y'), '<src>');
    assert.equal(active('FROM a\nCOPY x y<|>'), '<dest>');
    assert.equal(active('FROM a\nUSER <|>x'), '<user>[:<group>]');
    assert.equal(active('FROM a\nCMD ["a<|>"]'), '["executable",');
    assert.equal(active('FROM a\nRUN --mo<|>'), '[OPTIONS]');
    for (const quiet of ['FR<|>OM a', 'FROM a\nRUN echo x<|>', 'FROM a\nRUN x && <|>y']) assert.equal(active(quiet), undefined);
  });
});

it('symbols of the workspace are found by the letters of their names', () => {
  const files = [{ uri: dockerfileUri, kind: 'dockerfile' as const, text: 'FROM a AS compile\nFROM b\n' }];
  const workspace = shop({ manifest: 'metadata: { name: shop, product: web }\n', files });
  const found = (query: string) =>
    workspaceSymbols(workspace, ({ uri, text }) => parseDockerfile(uri, text), query).map(({ name, kind }) => `${kind} ${name}`);
  assert.deepEqual(found('cmpl'), ['stage compile']);
  assert.deepEqual(found('Shop'), ['service shop']);
  assert.deepEqual(found('tom9'), ['image java-tomcat-9']);
  assert.deepEqual(found('tomcat').slice(-1), ['component tomcat']);
});

it('builder pools and recorded releases are symbols of the workspace', () => {
  const files = [
    {
      uri: `${folder}/waybill.environments.yaml`,
      kind: 'environments' as const,
      text: 'kind: Environments\nmetadata: { product: web }\nbuilders: [{ name: fast-pool, members: [] }]\n',
    },
    {
      uri: `${folder}/.waybill/releases/shop/rel-0123456789ab.yaml`,
      kind: 'record' as const,
      text: 'kind: Release\nid: rel-0123456789ab\nalias: amber-heron\nidentity: { service: web/shop }\n',
    },
  ];
  const found = workspaceSymbols(shop({ files }), ({ uri, text }) => parseDockerfile(uri, text), '');
  assert.deepEqual(
    found
      .filter(({ kind }) => kind === 'pool' || kind === 'release')
      .map(({ name, container, location }) => [name, container, location.range.start.line]),
    [
      ['fast-pool', 'web', 2],
      ['rel-0123456789ab', 'web/shop', 1],
      ['amber-heron', 'web/shop', 2],
    ],
  );
});
