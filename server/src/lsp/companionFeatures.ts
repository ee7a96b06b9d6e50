/** The features of files that people keep beside a service: `supervisord.conf` and resources of confd. */
import { quickFixes } from '../core/features/codeActions.ts';
import { completeConfd, defineConfd, hoverConfd, symbolsConfd } from '../core/features/confd.ts';
import { lintManifest } from '../core/features/lintManifest.ts';
import { manifestContext } from '../core/features/manifestContext.ts';
import type { Severities } from '../core/features/severity.ts';
import { completeSupervisor, defineSupervisor, hoverSupervisor, symbolsSupervisor } from '../core/features/supervisor.ts';
import type { LanguageFeatures } from './kindFeatures.ts';

export function featuresOfSupervisor(rules: () => Severities): LanguageFeatures {
  return {
    ...common(rules),
    complete: (_workspace, file, position) => completeSupervisor(file.text, position),
    hover: (_workspace, file, position) => hoverSupervisor(file.text, position),
    define: (_workspace, file, position) => defineSupervisor(file.uri, file.text, position),
    symbols: (_workspace, file) => symbolsSupervisor(file.text),
  };
}

export function featuresOfConfd(rules: () => Severities): LanguageFeatures {
  return {
    ...common(rules),
    complete: (workspace, file, position) => completeConfd(workspace, file.uri, position),
    hover: (workspace, file, position) => hoverConfd(workspace, file.uri, position),
    define: (workspace, file, position) => defineConfd(workspace, file.uri, position),
    symbols: (workspace, file) => symbolsConfd(manifestContext(workspace, file.uri)?.confd),
  };
}

function common(rules: () => Severities): Pick<LanguageFeatures, 'lint' | 'references' | 'folding' | 'fixes' | 'fixAll'> {
  return {
    lint: (workspace, file) => lintManifest(workspace, file.uri, rules()),
    references: () => [],
    folding: () => undefined,
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: () => undefined,
  };
}
