/** The parts of package.json's `contributes` that no command or rule derives: languages, grammars, views and settings. */
export const languages = [
  { id: 'waybill-service', alias: 'Waybill Service', filenames: ['waybill.yaml', 'waybill.yml'] },
  {
    id: 'waybill-standards',
    alias: 'Waybill Standards',
    filenames: ['waybill.standards.yaml', 'waybill.standards.yml'],
    filenamePatterns: ['*.waybill.standards.yaml', '*.waybill.standards.yml'],
  },
  {
    id: 'waybill-environments',
    alias: 'Waybill Environments',
    filenames: ['yaml', 'yml'].flatMap((end) => [`waybill.environments.${end}`, `waybill.environments.local.${end}`]),
  },
  {
    id: 'waybill-record',
    alias: 'Waybill Record',
    filenames: ['waybill.lock.yaml', 'waybill.lock.yml'],
    filenamePatterns: ['**/.waybill/releases/**/*.yaml', '**/.waybill/snapshots/**/*.yaml'],
  },
  {
    id: 'waybill-supervisor',
    alias: 'Supervisor Configuration',
    filenames: ['supervisord.conf', 'supervisor.conf'],
    filenamePatterns: [
      '*.supervisor.conf',
      '*.supervisord.conf',
      '**/{supervisor,supervisord,supervisor.d,supervisord.d}/{*,conf.d/*}.{conf,ini}',
    ],
    settings: 'supervisor',
  },
];

const views = [
  { id: 'waybill.services', name: 'Services', icon: 'media/waybill.svg' },
  { id: 'waybill.environments', name: 'Environments', icon: 'media/waybill.svg' },
  { id: 'waybill.baseImages', name: 'Base Images', icon: 'media/waybill.svg' },
  { id: 'waybill.builders', name: 'Builders', icon: 'media/waybill.svg' },
];

const picture = (name: string, altText: string) => ({ image: `client/media/walkthrough/${name}.png`, altText });

/** Three short pages, one for each of the views that matter first. */
const walkthroughs = [
  {
    id: 'start',
    title: 'Get started with Waybill',
    description: 'Services, base images and environments in the editor, in three steps.',
    steps: [
      {
        id: 'services',
        title: 'Describe a service',
        description:
          'A waybill.yaml beside a Dockerfile says what is built, which base image it stands on and what it needs to run. From then on it can be built, released, deployed and tailed from here.\n[Create waybill.yaml](command:waybill.manifest.create)\n[Show Services](command:waybill.services.focus)',
        media: picture('services', 'The view Services: a product with its services, the newest release of each and where it runs.'),
        completionEvents: ['onCommand:waybill.manifest.create', 'onView:waybill.services'],
      },
      {
        id: 'base-images',
        title: 'Stand on the images of your standards',
        description:
          'The standards say which OS and base images there are, what is in them and until when. Findings in Dockerfiles link to them; a deprecated image is replaced everywhere in one step, with a preview.\n[Show Base Images](command:waybill.baseImages.focus)',
        media: picture(
          'base-images',
          'The view Base Images: OS images and base images with their components, ends of life and the services on them.',
        ),
        completionEvents: ['onView:waybill.baseImages', 'onCommand:waybill.image.open'],
      },
      {
        id: 'environments',
        title: 'See what runs where',
        description:
          'Environments are Kubernetes namespaces or Docker hosts. Every deployment shows its plan first and moves the very digest that ran before; a failure says why. Nothing is connected to before the folder is trusted.\n[Show Environments](command:waybill.environments.focus)',
        media: picture('environments', 'The view Environments: each environment with its services, their health and their instances.'),
        completionEvents: ['onView:waybill.environments', 'onCommand:waybill.release.deploy'],
      },
    ],
  },
];

export const activationEvents = [
  'onLanguage:dockerfile',
  'onLanguage:dockercompose',
  ...languages.map((language) => `onLanguage:${language.id}`),
  // `.dockerignore`
  'onLanguage:ignore',
  'workspaceContains:**/waybill.{yaml,yml}',
  'workspaceContains:**/*waybill.standards.{yaml,yml}',
  'workspaceContains:**/waybill.environments.{yaml,yml}',
];

export const capabilities = {
  untrustedWorkspaces: {
    supported: 'limited',
    description: 'Linting and previews work. Builders, environments and registries are connected to only in trusted folders.',
  },
  virtualWorkspaces: { supported: false, description: 'Waybill reads Dockerfiles and manifests from the file system.' },
};

/**
 * Our schemas for other YAML tools, by file name. Their servers look at documents of the language `yaml`; ours have languages of their
 * own, so nothing is said twice: they serve a file only where somebody has given it back to `yaml`, and ours is then silent.
 * `.hadolint.yaml` stays `yaml` and is judged by us, so its schema is not handed on.
 */
const yamlValidation = [
  { schema: 'service', fileMatch: ['waybill.yaml', 'waybill.yml'] },
  {
    schema: 'standards',
    fileMatch: ['waybill.standards.yaml', 'waybill.standards.yml', '*.waybill.standards.yaml', '*.waybill.standards.yml'],
  },
  { schema: 'environments', fileMatch: ['waybill.environments.yaml', 'waybill.environments.yml'] },
  { schema: 'environments.local', fileMatch: ['waybill.environments.local.yaml', 'waybill.environments.local.yml'] },
  {
    schema: 'record',
    fileMatch: ['waybill.lock.yaml', 'waybill.lock.yml', '**/.waybill/releases/**/*.yaml', '**/.waybill/snapshots/**/*.yaml'],
  },
].map(({ schema, fileMatch }) => ({ fileMatch, url: `./schemas/${schema}.schema.json` }));

const scopes = { property: ['entity.name.tag.yaml'], variable: ['variable.other.constant'] };

export const fixedContributions = {
  yamlValidation,
  languages: [
    ...languages.map(({ id, alias, settings, ...files }) => ({
      id,
      aliases: [alias],
      ...files,
      configuration: `./client/media/${settings ?? 'yaml'}.language-configuration.json`,
      icon: { light: './client/media/file-light.svg', dark: './client/media/file-dark.svg' },
    })),
    // The editor's own language of ignore files, with its comments.
    { id: 'ignore', extensions: ['.dockerignore'] },
  ],
  grammars: languages.map(({ id }) => ({
    language: id,
    scopeName: `source.${id.replace('-', '.')}`,
    path: `./client/media/${id}.tmLanguage.json`,
  })),
  // Keys look as keys of YAML do in every theme, names that people give and `${…}` as constants.
  semanticTokenScopes: languages.map(({ id }) => ({ language: id, scopes })),
  // As the editor's own YAML: two blanks, and suggestions within values.
  configurationDefaults: Object.fromEntries(
    languages.map(({ id }) => [
      `[${id}]`,
      {
        'editor.insertSpaces': true,
        'editor.tabSize': 2,
        // The server knows what may stand somewhere; words of the file are noise beside it.
        'editor.wordBasedSuggestions': 'off',
        'editor.formatOnType': true,
        'editor.quickSuggestions': { other: true, comments: false, strings: true },
        'diffEditor.ignoreTrimWhitespace': false,
      },
    ]),
  ),
  taskDefinitions: [
    {
      type: 'waybill',
      required: ['service'],
      properties: { service: { type: 'string', description: 'The service to build: `product/name`, or the name when only one has it.' } },
      when: 'isWorkspaceTrusted',
    },
  ],
  problemMatchers: [
    {
      name: 'waybill-build',
      label: 'Waybill builds',
      owner: 'waybill (build)',
      source: 'waybill (build)',
      fileLocation: 'absolute',
      pattern: [
        // `✗   1.0 s  #7 RUN make  → /w/order-api/Dockerfile:12`, and what is wrong on the next line.
        { regexp: '^\\s*✗ .*→ (.+):(\\d+)\\s*$', file: 1, line: 2 },
        { regexp: '^\\s+(\\S.*)$', message: 1 },
      ],
    },
  ],
  viewsContainers: { activitybar: [{ id: 'waybill', title: 'Waybill', icon: 'client/media/waybill.svg' }] },
  views: { waybill: views.map((view) => ({ ...view, icon: `client/${view.icon}` })) },
  walkthroughs,
  viewsWelcome: [
    {
      view: 'waybill.services',
      when: 'workspaceFolderCount != 0',
      contents:
        'No waybill.yaml in this folder yet. Services appear here: each has one beside its Dockerfile.\n[Create waybill.yaml](command:waybill.manifest.create)',
    },
    {
      view: 'waybill.services',
      when: 'workspaceFolderCount == 0',
      contents: 'Services of the open folder appear here.\n[Open Folder](command:vscode.openFolder)',
    },
    {
      view: 'waybill.environments',
      contents:
        'No waybill.environments.yaml in this folder yet. Environments appear here: where services run, live.\n[Show How](command:waybill.walkthrough.open)',
    },
    {
      view: 'waybill.baseImages',
      contents:
        'No waybill.standards.yaml in this folder yet. OS and base images appear here, with their components and who stands on them.\n[Show How](command:waybill.walkthrough.open)',
    },
    {
      view: 'waybill.builders',
      contents:
        'No builders yet. The Docker Engines that images are built on appear here, described in waybill.environments.yaml.\n[Refresh](command:waybill.views.refresh)',
    },
  ],
  configuration: {
    title: 'Waybill',
    properties: {
      'waybill.rules': {
        type: 'object',
        scope: 'resource',
        default: {},
        markdownDescription: 'Severity of single rules, by name: `{ "base/digest": "warning", "label/missing": "off" }`.',
        additionalProperties: { type: 'string', enum: ['error', 'warning', 'info', 'hint', 'off'] },
      },
      'waybill.dockerfile.features': {
        type: 'string',
        scope: 'window',
        enum: ['auto', 'all', 'own'],
        enumDescriptions: [
          'Everything, or only what is new when Container Tools or Docker DX is installed.',
          'Everything.',
          'Only what other extensions do not have: rules, catalogue images, references across files, hints, lenses.',
        ],
        default: 'auto',
        description: 'What Waybill offers in Dockerfiles. A change counts after the window is reloaded.',
      },
      'waybill.inlayHints.user': {
        type: 'boolean',
        scope: 'resource',
        default: true,
        description: 'Show behind FROM which user the stage starts with.',
      },
      'waybill.inlayHints.workdir': {
        type: 'boolean',
        scope: 'resource',
        default: true,
        description: 'Show behind FROM which working directory the stage starts with.',
      },
      'waybill.inlayHints.arguments': {
        type: 'boolean',
        scope: 'resource',
        default: true,
        description: 'Show the image that FROM means when its arguments have their defaults.',
      },
      'waybill.inlayHints.layer': {
        type: 'boolean',
        scope: 'resource',
        default: true,
        description: 'Show behind FROM the layer of the image and the operating system under it.',
      },
      'waybill.shellcheck.enabled': {
        type: 'string',
        scope: 'window',
        enum: ['auto', 'off'],
        enumDescriptions: ['When ShellCheck is installed and the folder is trusted.', 'Never.'],
        default: 'auto',
        description: 'Show what ShellCheck says of the commands in RUN. It runs in the background.',
      },
      'waybill.shellcheck.path': {
        type: 'string',
        scope: 'machine',
        default: 'shellcheck',
        markdownDescription: 'The program ShellCheck: a name that is looked for in `PATH`, or an absolute path.',
      },
      'waybill.logs.tail': {
        type: 'integer',
        scope: 'window',
        default: 200,
        minimum: 0,
        description: 'How many earlier lines of each instance Tail Logs begins with.',
      },
      'waybill.trace.server': {
        type: 'string',
        scope: 'window',
        enum: ['off', 'messages', 'verbose'],
        default: 'off',
        tags: ['advanced'],
        description: 'What is written to the log of what editor and language server say to each other.',
      },
    },
  },
};
