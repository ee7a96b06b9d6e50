/** The parts of package.json's `contributes` that no command or rule derives: languages, grammars, views and settings. */
export const languages = [
  { id: 'waybill-service', alias: 'Waybill Service', filenames: ['waybill.yaml'] },
  { id: 'waybill-standards', alias: 'Waybill Standards', filenames: ['waybill.standards.yaml'] },
  { id: 'waybill-environments', alias: 'Waybill Environments', filenames: ['waybill.environments.yaml'] },
  { id: 'waybill-record', alias: 'Waybill Record', filenamePatterns: ['**/.waybill/releases/**/*.yaml'] },
];

const views = [
  { id: 'waybill.services', name: 'Services', icon: 'media/waybill.svg' },
  { id: 'waybill.environments', name: 'Environments', icon: 'media/waybill.svg' },
  { id: 'waybill.builders', name: 'Builders', icon: 'media/waybill.svg' },
];

export const activationEvents = [
  'onLanguage:dockerfile',
  ...languages.map((language) => `onLanguage:${language.id}`),
  'workspaceContains:**/waybill.yaml',
  'workspaceContains:**/waybill.standards.yaml',
  'workspaceContains:**/waybill.environments.yaml',
];

export const capabilities = {
  untrustedWorkspaces: {
    supported: 'limited',
    description: 'Linting and previews work. Builders, environments and registries are connected to only in trusted folders.',
  },
  virtualWorkspaces: { supported: false, description: 'Waybill reads Dockerfiles and manifests from the file system.' },
};

export const fixedContributions = {
  languages: [
    ...languages.map(({ id, alias, ...files }) => ({
      id,
      aliases: [alias],
      ...files,
      configuration: './client/media/yaml.language-configuration.json',
    })),
    // The editor's own language of ignore files, with its comments.
    { id: 'ignore', extensions: ['.dockerignore'] },
  ],
  grammars: languages.map(({ id }) => ({
    language: id,
    scopeName: `source.${id.replace('-', '.')}`,
    path: `./client/media/${id}.tmLanguage.json`,
  })),
  viewsContainers: { activitybar: [{ id: 'waybill', title: 'Waybill', icon: 'client/media/waybill.svg' }] },
  views: { waybill: views.map((view) => ({ ...view, icon: `client/${view.icon}` })) },
  viewsWelcome: [
    {
      view: 'waybill.services',
      contents:
        'Services appear here: each has a waybill.yaml beside its Dockerfile. There is none in this folder yet.\n[Open Folder](command:vscode.openFolder)',
    },
    {
      view: 'waybill.environments',
      contents:
        'Environments appear here: where services run, described in waybill.environments.yaml. There is none in this folder yet.\n[Refresh](command:waybill.views.refresh)',
    },
    {
      view: 'waybill.builders',
      contents:
        'Builders appear here: the Docker Engines that images are built on, described in waybill.environments.yaml.\n[Refresh](command:waybill.views.refresh)',
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
