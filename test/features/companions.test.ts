/** Features of `supervisord.conf` and of resources of confd, on annotated text. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of snippets
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completeConfd, defineConfd, hoverConfd, symbolsConfd } from '../../server/src/core/features/confd.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { manifestContext } from '../../server/src/core/features/manifestContext.ts';
import { completeSupervisor, defineSupervisor, hoverSupervisor, symbolsSupervisor } from '../../server/src/core/features/supervisor.ts';
import { changeWorkspace, createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { knownSections } from '../../server/src/core/supervisor/keys.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseAnnotated } from '../harness/annotated.ts';

const origin = { line: 0, character: 0 };

/** The labels that are offered at the cursor. */
function offered(source: string): readonly string[] {
  const { text, cursor } = parseAnnotated(source);
  return completeSupervisor(text, cursor ?? origin).map(({ label }) => label);
}

/** The text after the completion of that name was taken. */
function taken(source: string, label: string): string | undefined {
  const { text, cursor } = parseAnnotated(source);
  const item = completeSupervisor(text, cursor ?? origin).find((one) => one.label === label);
  return item && applyEdits(text, [item.edit]);
}

describe('what a file is', () => {
  for (const [path, kind] of [
    ['supervisord.conf', 'supervisor'],
    ['images/web/web.supervisor.conf', 'supervisor'],
    ['etc/supervisor/conf.d/web.conf', 'supervisor'],
    ['etc/supervisord.d/web.ini', 'supervisor'],
    ['etc/nginx/conf.d/web.conf', 'other'],
    ['confd/conf.d/web.toml', 'confd'],
    ['confd/confd.toml', 'confd'],
    ['Cargo.toml', 'other'],
    ['confd/templates/nginx/web.tmpl', 'template'],
    ['chart/templates/web.yaml', 'other'],
  ] as const) {
    it(`${path}: ${kind}`, () => assert.equal(fileKind(`file:///w/${path}`), kind));
  }
});

describe('supervisord.conf', () => {
  it('offers the keys that the section lacks, what is required first', () => {
    const labels = offered('[program:web]\nautostart=true\n<|>\n');
    assert.equal(labels[0], 'command');
    assert.ok(!labels.includes('autostart') && labels.includes('stopasgroup'));
    assert.equal(taken('[supervisord]\nnod<|>aem', 'nodaemon'), '[supervisord]\nnodaemon=');
    assert.equal(taken('[supervisord]\nnod<|>=true', 'nodaemon'), '[supervisord]\nnodaemon=true');
  });
  it('offers sections that are not there yet', () => {
    const labels = offered('[supervisord]\n[<|>]');
    assert.ok(!labels.includes('[supervisord]') && labels.includes('[program:…]') && labels.includes('[unix_http_server]'));
    assert.equal(taken('[pro<|>]\n', '[program:…]'), '[program:${1:name}]\n');
    assert.ok(offered('<|>').includes('[supervisord]'));
  });
  it('offers the words of a value, programs of a group, and what is filled in', () => {
    assert.deepEqual(offered('[program:web]\nautorestart=<|>'), ['true', 'false', 'unexpected']);
    assert.equal(offered('[program:web]\nstdout_logfile=<|>')[0], '/dev/stdout');
    assert.deepEqual(offered('[program:web]\n[program:app]\n[group:all]\nprograms=web,a<|>'), ['web', 'app']);
    assert.equal(taken('[program:web]\nprocess_name=%(pro<|>', 'process_num'), '[program:web]\nprocess_name=%(process_num)02d');
    assert.deepEqual(offered('[program:web]\n; <|>'), []);
  });
  it('explains keys, sections and what is filled in', () => {
    const hover = (source: string) => {
      const { text, cursor } = parseAnnotated(source);
      return hoverSupervisor(text, cursor ?? origin)?.markdown ?? '';
    };
    assert.match(hover('[supervisord]\nno<|>daemon=true'), /foreground[\s\S]*Default: `false`/);
    assert.match(hover('[pro<|>gram:web]'), /\*\*\[program:web\]\*\*/);
    assert.match(hover('[program:web]\ncommand=/run %(ENV_P<|>ORT)s'), /variable `PORT`/);
    assert.equal(hover('[program:web]\ncommand=/r<|>un'), '');
  });
  it('leads from a group to its programs, and has an outline', () => {
    const { text, cursor } = parseAnnotated('[program:web]\ncommand=x\n[group:all]\nprograms=web, w<|>eb');
    const [found] = defineSupervisor('file:///w/supervisord.conf', text, cursor ?? origin);
    assert.deepEqual(found?.range.start, { line: 0, character: 9 });
    assert.deepEqual(
      symbolsSupervisor(text).map(({ name, children }) => [name, children.map((child) => child.name)]),
      [
        ['program:web', ['command']],
        ['group:all', ['programs']],
      ],
    );
  });
  it('knows something of every key', () => {
    for (const { keys, about } of knownSections)
      for (const text of [about, ...keys.map((key) => key.about)]) assert.match(text, /^\S.*[.…]$/);
  });
});

const company = [
  ['waybill.environments.yaml', 'metadata: { product: web }\nenvironments: [{ name: dev }, { name: prod }]\n'],
  ['order/waybill.yaml', 'metadata: { name: order, product: web }\nregistration: { etcd: { app: ORDER, port: 8080 } }\n'],
  ['confd/templates/order.tmpl', '{{range getvs "/ORDER_prod/*"}}{{.}}{{else}}none{{end}}'],
] as const;

function workspaceWith(text: string, path = 'confd/conf.d/order.toml') {
  const files = [...company, [path, text] as const].map(([name, content]) => {
    const uri = `file:///w/${name}`;
    return { uri, kind: fileKind(uri), text: content };
  });
  return createWorkspace({ files, folders: ['file:///w'], today: '2026-11-24' });
}

const resource = 'file:///w/confd/conf.d/order.toml';

describe('resources of confd', () => {
  const at = (source: string, path?: string) => {
    const { text, cursor } = parseAnnotated(source);
    return { workspace: workspaceWith(text, path), cursor: cursor ?? origin, text };
  };
  const labels = (source: string) => {
    const { workspace, cursor } = at(source);
    return completeConfd(workspace, resource, cursor).map(({ label }) => label);
  };
  it('offers keys, templates, and where services register', () => {
    assert.deepEqual(labels('[template]\nsrc = "a"\n<|>').slice(0, 3), ['dest', 'keys', 'check_cmd']);
    assert.deepEqual(labels('<|>'), ['[template]']);
    assert.deepEqual(labels('[<|>'), ['[template]']);
    assert.deepEqual(labels('[template]\nsrc = "<|>"'), ['order.tmpl']);
    assert.deepEqual(labels('[template]\nkeys = [\n  "/OR<|>",\n]'), ['/ORDER_dev', '/ORDER_prod']);
    assert.deepEqual(labels('[template]\nmode = <|>'), ['0644', '0640', '0600']);
    const { workspace, cursor, text } = at('[template]\nkeys = ["/OR<|>DER"]');
    const item = completeConfd(workspace, resource, cursor).find(({ label }) => label === '/ORDER_prod');
    assert.equal(item && applyEdits(text, [item.edit]), '[template]\nkeys = ["/ORDER_prod"]');
  });
  it('offers the keys of confd.toml', () => {
    const { workspace, cursor } = at('backend = "etcdv3"\n<|>', 'confd/confd.toml');
    const found = completeConfd(workspace, 'file:///w/confd/confd.toml', cursor).map(({ label }) => label);
    assert.ok(found.includes('interval') && !found.includes('backend'));
  });
  it('explains keys, and who registers below one', () => {
    const hover = (source: string) => {
      const { workspace, cursor } = at(source);
      return hoverConfd(workspace, resource, cursor)?.markdown ?? '';
    };
    assert.match(hover('[template]\ncheck<|>_cmd = "x"'), /before it replaces/);
    assert.match(hover('[template]\nkeys = ["/ORDER_<|>prod"]'), /`order` in `prod`: `\/ORDER_prod\/<address>-<port>`/);
    assert.match(hover('[template]\nkeys = ["/no<|>ne"]'), /No service/);
  });
  it('leads to the template and to the manifest, and has an outline', () => {
    const template = at('[template]\nsrc = "or<|>der.tmpl"\nkeys = ["/ORDER_prod"]');
    assert.deepEqual(
      defineConfd(template.workspace, resource, template.cursor).map(({ uri }) => uri),
      ['file:///w/confd/templates/order.tmpl'],
    );
    const key = at('[template]\nsrc = "order.tmpl"\nkeys = ["/ORDER<|>_prod"]');
    assert.deepEqual(
      defineConfd(key.workspace, resource, key.cursor).map(({ uri }) => uri),
      ['file:///w/order/waybill.yaml'],
    );
    assert.deepEqual(
      symbolsConfd(manifestContext(key.workspace, resource)?.confd).map(({ name, children }) => [name, children.length]),
      [['template', 2]],
    );
  });
});

it('answers on mutated files', () => {
  const sources = {
    'supervisord.conf':
      '[supervisord]\nnodaemon=true ; in front\nlogfile=/dev/stdout\n\n[program:web]\ncommand=sh -c "cd /x && run %(ENV_A)s"\nenvironment=A="1",\n  B="2"\n[group:all]\nprograms=web,app\n',
    'confd/conf.d/order.toml':
      '[template]\nsrc = "order.tmpl"\ndest = "/a"\nkeys = [\n  "/ORDER_prod", # here\n]\nmode = "0644"\nreload_cmd = "x"\n',
    'confd/templates/order.tmpl': 'upstream a {\n{{range getvs "/${APP}/*"}} server {{.}};\n{{end}}\n}\n',
  };
  const pieces = [
    '[',
    ']',
    '"',
    '=',
    '{{',
    '}}',
    '%(',
    ')s',
    '\n',
    '\r',
    '  ',
    ';',
    '#',
    '/',
    '\\',
    'é',
    '\u0000',
    '{{else}}',
    'server x;',
    '$',
  ];
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
  const base = workspaceWith('');
  for (let round = 0; round < 400; round++) {
    const files = Object.entries(sources).map(([path, source]) => {
      let text = source;
      for (let i = 0; i <= random(5); i++) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(12));
      }
      const uri = `file:///w/${path}`;
      return { uri, kind: fileKind(uri), text };
    });
    const workspace = changeWorkspace(base, files);
    const position = { line: random(12), character: random(30) };
    for (const { uri, text, kind } of files) {
      for (const { fixes } of lintManifest(workspace, uri)) for (const fix of fixes) applyEdits(text, fix.edits);
      if (kind === 'supervisor') {
        completeSupervisor(text, position);
        hoverSupervisor(text, position);
        defineSupervisor(uri, text, position);
        symbolsSupervisor(text);
      } else if (kind === 'confd') {
        completeConfd(workspace, uri, position);
        hoverConfd(workspace, uri, position);
        defineConfd(workspace, uri, position);
        symbolsConfd(manifestContext(workspace, uri)?.confd);
      }
    }
  }
});
