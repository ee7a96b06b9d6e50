// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Dockerfiles
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { completeDockerfile } from '../../server/src/core/features/completeDockerfile.ts';
import { type ContextListing, wantedListing } from '../../server/src/core/features/contextListing.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { dockerfileUri, type ShopOptions, shop } from '../harness/shop.ts';

const base = 'registry.example.com/base/java-tomcat:9.0.121-r4';

interface Options extends ShopOptions {
  readonly listing?: Omit<ContextListing, 'folder'>;
  readonly basics?: boolean;
}

function complete(source: string, options: Options = {}) {
  const { text, cursor } = parseAnnotated(source);
  assert.ok(cursor, 'the text has a cursor');
  const file = parseDockerfile(dockerfileUri, text);
  const workspace = shop(options);
  const wanted = wantedListing(file, workspace, file.index.offsetAt(cursor));
  const listing = wanted && options.listing ? { listing: { folder: wanted.folder, ...options.listing } } : {};
  const items = completeDockerfile(file, workspace, cursor, { ...listing, basics: options.basics ?? true });
  return { items, text, wanted, labels: items.map(({ label }) => label) };
}

function accepted(source: string, label: string, options: Options = {}): string {
  const { items, labels, text } = complete(source, options);
  const item = items.find((candidate) => candidate.label === label);
  assert.ok(item, `${label} is not among ${labels.join(', ')}`);
  return applyEdits(text, [item.edit]);
}

/** Each label is offered at the cursor. */
function offers(source: string, labels: readonly string[], options: Options = {}): void {
  const found = complete(source, options).labels;
  for (const label of labels) assert.ok(found.includes(label), `${label} at ${source}: ${found.join(', ')}`);
}

describe('completion of variables', () => {
  it('offers what is in scope with its value, the nearest declaration first', () => {
    const { items } = complete('ARG V=1\nFROM a\nARG V\nARG W=2\nENV X=3\nRUN echo $<|>');
    assert.deepEqual(
      items.map(({ label, detail }) => `${label}: ${detail}`),
      ['X: 3 · ENV', 'W: 2 · ARG', 'V: 1 · ARG'],
    );
  });

  it('takes braces along, and offers ARGs before FROM and platforms in FROM alone', () => {
    assert.equal(accepted('ARG V=1\nFROM a:${<|>', 'V'), 'ARG V=1\nFROM a:${V}');
    assert.equal(accepted('ARG V=1\nFROM a:${x<|>}', 'V'), 'ARG V=1\nFROM a:${V}');
    assert.equal(accepted('ARG V=1\nFROM a:$<|>', 'V'), 'ARG V=1\nFROM a:$V');
    offers('ARG V=1\nFROM --platform=$<|>', ['V', 'BUILDPLATFORM']);
    assert.deepEqual(complete('ARG V=1\nFROM a\nUSER $<|>').labels, []);
  });

  it('inherits from the base image and from earlier stages', () => {
    offers(`FROM ${base} AS a\nENV A=1\nFROM a\nWORKDIR $<|>`, ['A', 'JAVA_HOME', 'CATALINA_HOME']);
  });

  it('offers modifiers behind a whole name', () => {
    assert.equal(accepted('ARG V=1\nFROM a:${V<|>}', ':-'), 'ARG V=1\nFROM a:${V:-${1:default}}');
    assert.equal(accepted('FROM a\nARG V\nRUN x ${V:<|>', ':?'), 'FROM a\nARG V\nRUN x ${V:?${1:message}}');
    assert.deepEqual(complete('FROM a\nRUN x ${UNKNOWN:<|>').labels, []);
  });

  it('goes on in heredocs that are expanded', () => {
    offers('FROM a\nARG V=1\nRUN <<EOF\necho ${<|>\nEOF\n', ['V']);
    offers('FROM a\nARG V=1\nCOPY <<EOF /x\n$<|>\nEOF\n', ['V']);
    assert.deepEqual(complete("FROM a\nARG V=1\nCOPY <<'EOF' /x\n$<|>\nEOF\n").labels, []);
  });

  it('offers what an ARG can take over', () => {
    offers('ARG V=1\nFROM a\nARG <|>', ['V', 'TARGETARCH', 'HTTP_PROXY']);
    assert.deepEqual(complete('FROM a\nARG V=<|>').labels, []);
  });
});

describe('completion of flags', () => {
  it('offers values of those that have a fixed list', () => {
    offers('FROM --platform=<|>', ['linux/amd64', '$BUILDPLATFORM']);
    offers('FROM a\nRUN --network=<|>', ['none', 'host', 'default']);
    assert.equal(accepted('FROM a\nRUN --security=ins<|> x', 'insecure'), 'FROM a\nRUN --security=insecure x');
    offers('FROM a\nHEALTHCHECK --interval=<|>', ['30s']);
    offers(`FROM ${base}\nCOPY --chown=<|> a b`, ['10001:10001', 'root']);
  });

  it('writes mounts field by field', () => {
    assert.deepEqual(complete('FROM a\nRUN --mount=<|>').labels, ['type=', 'target=', 'source=', 'from=', 'rw']);
    assert.equal(accepted('FROM a\nRUN --mount=type=c<|> x', 'cache'), 'FROM a\nRUN --mount=type=cache x');
    assert.deepEqual(complete('FROM a\nRUN --mount=type=secret,id=x,<|>').labels, ['target=', 'env=', 'required', 'uid=', 'gid=', 'mode=']);
    assert.equal(
      accepted('FROM a\nRUN --mount=type=cache,target=/c,sharing=<|> x', 'locked'),
      'FROM a\nRUN --mount=type=cache,target=/c,sharing=locked x',
    );
    offers('FROM a AS build\nFROM b\nRUN --mount=type=bind,from=<|>', ['build', 'maven-3.9']);
    assert.equal(accepted('FROM a\nRUN --mount=type=cache,sh<|>aring=locked x', 'sharing='), 'FROM a\nRUN --mount=type=cache,sharing= x');
  });
});

describe('completion of words', () => {
  it('offers users: of the base image, made above, used above', () => {
    offers(`FROM ${base}\nRUN adduser -D app\nUSER <|>`, ['10001:10001', 'app', '10001', 'root']);
  });

  it('offers ports of the manifest and of the base image, then protocols', () => {
    const manifest = 'metadata: { name: shop, product: web }\nports:\n  - { name: http, port: 9090 }\n';
    assert.deepEqual(complete(`FROM ${base}\nEXPOSE <|>`, { manifest }).labels, ['9090', '8080', '8443']);
    assert.equal(accepted('FROM a\nEXPOSE 53/<|>', '53/udp'), 'FROM a\nEXPOSE 53/udp');
  });

  it('offers labels that are required and not there yet', () => {
    const { labels } = complete('FROM a\nLABEL com.example.team=team-x\nLABEL <|>');
    assert.equal(labels[0], 'org.opencontainers.image.source');
    assert.ok(!labels.includes('com.example.team'));
    assert.equal(accepted('FROM a\nLABEL org<|>=x', 'org.opencontainers.image.title'), 'FROM a\nLABEL org.opencontainers.image.title=x');
  });

  it('offers signals, shells, tests and folders', () => {
    offers('FROM a\nSTOPSIGNAL <|>', ['SIGTERM', 'SIGQUIT']);
    offers('FROM a\nSHELL <|>', ['["/bin/bash", "-o", "pipefail", "-c"]']);
    offers('FROM a\nHEALTHCHECK <|>', ['CMD', 'NONE']);
    offers(`FROM ${base}\nWORKDIR <|>`, ['/opt/app']);
  });

  it('offers sub-commands where the program is certain', () => {
    offers('FROM a\nRUN apt-get <|>', ['install', 'update']);
    assert.equal(accepted('FROM a\nRUN x && apk a<|>', 'add'), 'FROM a\nRUN x && apk add');
    for (const quiet of ['FROM a\nRUN echo <|>', 'FROM a\nRUN apt-get install <|>', 'FROM a\nRUN $x <|>']) {
      assert.deepEqual(complete(quiet).labels, []);
    }
  });
});

describe('completion of paths', () => {
  const listing = {
    entries: [
      { name: 'pom.xml', folder: false },
      { name: 'src', folder: true },
      { name: 'docs', folder: true },
      { name: '.git', folder: true },
    ],
  };

  it('lists the folder that is typed, folders first, without what .dockerignore leaves out', () => {
    assert.deepEqual(complete('FROM a\nCOPY <|>', { listing }).labels, ['docs/', 'src/', 'pom.xml']);
    assert.deepEqual(complete('FROM a\nCOPY <|>', { listing: { ...listing, ignore: '*\n!src\n' } }).labels, ['docs/', 'src/']);
    assert.deepEqual(complete('FROM a\nCOPY <|>', { listing: { ...listing, ignore: 'docs\n*.xml\n' } }).labels, ['src/']);
    assert.equal(complete('FROM a\nCOPY src/main/<|>', { listing }).wanted?.folder, 'src/main/');
    assert.equal(accepted('FROM a\nCOPY src/ma<|> /x', 'pom.xml', { listing }), 'FROM a\nCOPY src/pom.xml /x');
    assert.equal(accepted('FROM a\nADD ["po<|>"]', 'pom.xml', { listing }), 'FROM a\nADD ["pom.xml"]');
    assert.equal(
      accepted('FROM a\nRUN --mount=type=bind,source=s<|>,target=/s x', 'src/', { listing }),
      'FROM a\nRUN --mount=type=bind,source=src/,target=/s x',
    );
  });

  it('is about the context of the manifest', () => {
    const manifest = 'metadata: { name: shop, product: web }\nbuild: { context: ../.., dockerfile: services/shop/Dockerfile }\n';
    assert.equal(complete('FROM a\nCOPY <|>', { manifest, listing }).wanted?.contextUri, 'file:///shop');
  });

  it('keeps out of other stages and out of the parent folder', () => {
    for (const quiet of [
      'FROM a\nCOPY --from=x <|>',
      'FROM a\nCOPY ../<|>',
      'FROM a\nADD https://x/<|>',
      'FROM a\nCOPY x /<|>',
      'FROM a\nRUN <|>',
    ]) {
      assert.equal(complete(quiet, { listing }).wanted, undefined, quiet);
    }
  });
});

describe('completion of comments', () => {
  it('offers directives at the head, and what comments say to linters', () => {
    assert.deepEqual(complete('# <|>').labels.slice(0, 3), ['syntax=', 'escape=', 'check=']);
    offers('# syntax=<|>', ['docker/dockerfile:1']);
    assert.ok(!complete('FROM a\n# <|>').labels.includes('syntax='));
    assert.equal(accepted('FROM a\n# way<|>', 'waybill ignore='), 'FROM a\n# waybill ignore=');
    assert.deepEqual(complete('# The image<|>').labels, []);
  });

  it('offers the names of rules and checks', () => {
    assert.equal(accepted('FROM a\n# waybill ignore=base/di<|>', 'base/digest'), 'FROM a\n# waybill ignore=base/digest');
    assert.equal(accepted('# check=skip=JSONArgsRecommended,<|>', 'StageNameCasing'), '# check=skip=JSONArgsRecommended,StageNameCasing');
    assert.equal(accepted('FROM a\n# hadolint ignore=DL30<|>', 'DL3009'), 'FROM a\n# hadolint ignore=DL3009');
    assert.ok(!complete('FROM a\n# waybill ignore=base/digest,<|>').labels.includes('base/digest'));
    assert.deepEqual(complete('# waybill layer=<|>').labels, ['os', 'base', 'app']);
  });
});

it('beside another extension only what that one does not know is offered', () => {
  const own = { basics: false };
  assert.deepEqual(complete('FROM a\nWOR<|>', own).labels, []);
  assert.ok(!complete('FROM a AS build\nFROM <|>', own).labels.includes('build'));
  offers('FROM <|>', ['java-tomcat-9'], own);
  offers('FROM a\nRUN --mount=<|>', ['type='], own);
});

it('a half-typed instruction is answered at every position', () => {
  const text =
    'ARG V=1\nFROM --platform=$X a:${V:-2} AS b\nRUN --mount=type=cache,target=/c x "$V" <<EOF\ny\nEOF\nCOPY --from=b ["a", "b"]\n# waybill ignore=a/b\nONBUILD RUN x';
  for (let length = 0; length <= text.length; length++) complete(`${text.slice(0, length)}<|>`);
});
