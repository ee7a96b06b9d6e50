import * as vscode from 'vscode';

/** Extensions that bring a language service for Dockerfiles of their own. */
const peers = ['ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker', 'docker.docker'];

/**
 * What Waybill offers for Dockerfiles by the setting `waybill.dockerfile.features`: everything, or (beside another extension)
 * only what that one does not have, so that nothing appears twice.
 */
export function dockerfileFeatures(): 'all' | 'own' {
  const setting = vscode.workspace.getConfiguration('waybill').get<string>('dockerfile.features');
  if (setting === 'all' || setting === 'own') return setting;
  return peers.some((id) => vscode.extensions.getExtension(id)) ? 'own' : 'all';
}
