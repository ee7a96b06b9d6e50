// One CommonJS bundle per process, and one per lazy half: a dynamic import of a half becomes `import('./half.js')`.
// Heavy halves are loaded at first use only, so that activation costs about a millisecond.

import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, context } from 'esbuild';

const root = import.meta.dirname;
const watch = process.argv.includes('--watch');

/** Output name → source file. The processes first, then the halves that are imported dynamically. */
const bundles = {
  extension: 'client/src/extension.ts',
  server: 'server/src/main.ts',
  waybill: 'client/src/cli/main.ts',
  lintWorker: 'client/src/cli/lint/worker.ts',
};
const halves = {
  cli: 'client/src/cli/run.ts',
  language: 'client/src/cli/language.ts',
  dockerfiles: 'client/src/cli/dockerfiles.ts',
  rules: 'client/src/cli/lint/rules.ts',
  reports: 'client/src/cli/lint/hostedFormats.ts',
  threads: 'client/src/cli/lint/pool.ts',
  editor: 'client/src/editor/start.ts',
  delivery: 'client/src/wiring.ts',
  hosts: 'client/src/hosts.ts',
  kubernetes: 'client/src/kubernetes/index.ts',
  schedules: 'server/src/lsp/schedules.ts',
};

const halfBySource = new Map(Object.entries(halves).map(([name, file]) => [resolve(root, file), name]));

/** Leaves dynamic imports of the halves to run time. */
const lazyHalves = {
  name: 'lazy-halves',
  setup(plugin) {
    plugin.onResolve({ filter: /^\.{1,2}\// }, (request) => {
      if (request.kind !== 'dynamic-import') return undefined;
      const half = halfBySource.get(resolve(request.resolveDir, request.path));
      return half ? { path: `./${half}.js`, external: true } : undefined;
    });
  },
};

/**
 * dockerode loads ssh and gRPC stacks that Waybill does not use: it runs the system's ssh and its own BuildKit session.
 * The stub keeps 0.7 MB and two native modules out of the package.
 */
const unused = /^(ssh2|cpu-features|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)(\/|$)/;
const withoutUnused = {
  name: 'without-unused',
  setup(plugin) {
    plugin.onResolve({ filter: unused }, (request) => ({ path: request.path, namespace: 'unused' }));
    plugin.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

/**
 * Of @kubernetes/client-node only kubeconfig and authentication are used; its generated models and clients (1 MB) answer to nobody here.
 */
const kubeconfigOnly = {
  name: 'kubeconfig-only',
  setup(plugin) {
    plugin.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: resolve(root, 'node_modules/@kubernetes/client-node/dist/config.js'),
    }));
    plugin.onResolve({ filter: /gen\/index\.js$/ }, (request) =>
      request.importer.includes('@kubernetes') ? { path: request.path, namespace: 'unused' } : undefined,
    );
  },
};

/** The same YAML library as modules: they are joined into the bundle without a wrapper each, and what nobody uses stays out. */
const yamlModules = {
  name: 'yaml-modules',
  setup(plugin) {
    plugin.onResolve({ filter: /^yaml$/ }, () => ({ path: resolve(root, 'node_modules/yaml/browser/dist/index.js'), sideEffects: false }));
  },
};

/** The validator of Dockerfiles and its parser are loaded for the first file that is not plainly valid: its names alone are needed before. */
const lazyValidator = {
  name: 'lazy-validator',
  setup(plugin) {
    plugin.onLoad({ filter: /dockerfile-utils[\\/]lib[\\/]main\.js$/ }, ({ path }) => {
      const half = /const (\w+) = require\((".\/docker(?:Formatter|Validator)")\);/g;
      const written = readFileSync(path, 'utf8');
      if (written.match(half)?.length !== 2) throw new Error(`${path} has changed: look at lazyValidator.`);
      return { contents: written.replace(half, 'const $1 = new Proxy({}, { get: (_, name) => require($2)[name] });') };
    });
  },
};

const options = {
  entryPoints: { ...bundles, ...halves },
  outdir: resolve(root, 'dist'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // UMD packages bundle wrongly without this order.
  mainFields: ['module', 'main'],
  conditions: ['node', 'import', 'require'],
  external: ['vscode'],
  // `require` in place of `import()`: Node's loader of modules would read each bundle twice to find its names.
  supported: { 'dynamic-import': false },
  minify: !watch,
  keepNames: false,
  sourcemap: watch ? 'linked' : false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  define: { 'import.meta.url': '__waybillUrl' },
  banner: { js: 'const __waybillUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [lazyHalves, kubeconfigOnly, withoutUnused, yamlModules, lazyValidator],
};

if (watch) {
  const running = await context(options);
  await running.watch();
  console.log('watching');
} else {
  rmSync(options.outdir, { recursive: true, force: true });
  const { metafile } = await build(options);
  for (const [file, output] of Object.entries(metafile.outputs)) {
    console.log(`${file.padEnd(24)} ${(output.bytes / 1024).toFixed(0).padStart(6)} kB`);
  }
}
