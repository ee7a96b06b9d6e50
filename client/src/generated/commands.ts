// Derived from client/src/commands by test/codegen/commands.ts; change it there.
import type { Command } from '../commands/contract/command.ts';
import { addBuilder } from '../commands/addBuilder.ts';
import { addEnvironment } from '../commands/addEnvironment.ts';
import { applyPlan } from '../commands/applyPlan.ts';
import { browseForward } from '../commands/browseForward.ts';
import { buildAllChanged } from '../commands/buildAllChanged.ts';
import { buildBaseImage } from '../commands/buildBaseImage.ts';
import { buildImage } from '../commands/buildImage.ts';
import { cancelBuild } from '../commands/cancelBuild.ts';
import { chooseCurrent } from '../commands/chooseCurrent.ts';
import { cleanBuilderCache } from '../commands/cleanBuilderCache.ts';
import { clearFilter } from '../commands/clearFilter.ts';
import { closePlan } from '../commands/closePlan.ts';
import { compareEnvironments } from '../commands/compareEnvironments.ts';
import { compareReleases } from '../commands/compareReleases.ts';
import { copyDigest } from '../commands/copyDigest.ts';
import { copyKubectl } from '../commands/copyKubectl.ts';
import { copyReference } from '../commands/copyReference.ts';
import { copyTag } from '../commands/copyTag.ts';
import { createDockerfile } from '../commands/createDockerfile.ts';
import { createManifest } from '../commands/createManifest.ts';
import { deployEnvironment } from '../commands/deployEnvironment.ts';
import { deployRelease } from '../commands/deployRelease.ts';
import { diagnoseHost } from '../commands/diagnoseHost.ts';
import { drainBuilder } from '../commands/drainBuilder.ts';
import { ejectFiles } from '../commands/ejectFiles.ts';
import { filterEnvironments } from '../commands/filterEnvironments.ts';
import { filterImages } from '../commands/filterImages.ts';
import { forwardPort } from '../commands/forwardPort.ts';
import { handoverReport } from '../commands/handoverReport.ts';
import { importManifest } from '../commands/importManifest.ts';
import { isolationReport } from '../commands/isolationReport.ts';
import { openDockerfile } from '../commands/openDockerfile.ts';
import { openEffective } from '../commands/openEffective.ts';
import { openImage } from '../commands/openImage.ts';
import { openManifest } from '../commands/openManifest.ts';
import { openParity } from '../commands/openParity.ts';
import { openShell } from '../commands/openShell.ts';
import { openWalkthrough } from '../commands/openWalkthrough.ts';
import { pauseService } from '../commands/pauseService.ts';
import { pinCluster } from '../commands/pinCluster.ts';
import { prepareEnvironment } from '../commands/prepareEnvironment.ts';
import { previewFiles } from '../commands/previewFiles.ts';
import { rebaseServices } from '../commands/rebaseServices.ts';
import { refreshViews } from '../commands/refreshViews.ts';
import { registerImage } from '../commands/registerImage.ts';
import { releaseService } from '../commands/releaseService.ts';
import { removeBuilder } from '../commands/removeBuilder.ts';
import { replaceImage } from '../commands/replaceImage.ts';
import { restartService } from '../commands/restartService.ts';
import { resumeService } from '../commands/resumeService.ts';
import { retryConnection } from '../commands/retryConnection.ts';
import { rollBack } from '../commands/rollBack.ts';
import { scaleService } from '../commands/scaleService.ts';
import { showAllImages } from '../commands/showAllImages.ts';
import { showBoard } from '../commands/showBoard.ts';
import { showDetails } from '../commands/showDetails.ts';
import { showDiagnosis } from '../commands/showDiagnosis.ts';
import { showDrift } from '../commands/showDrift.ts';
import { showFailure } from '../commands/showFailure.ts';
import { showHistory } from '../commands/showHistory.ts';
import { showImageUsers } from '../commands/showImageUsers.ts';
import { showPlan } from '../commands/showPlan.ts';
import { stopForward } from '../commands/stopForward.ts';
import { tailLogs } from '../commands/tailLogs.ts';
import { undrainBuilder } from '../commands/undrainBuilder.ts';
import { updatePins } from '../commands/updatePins.ts';
import { verifyService } from '../commands/verifyService.ts';

export const commands: readonly Command[] = [
  addBuilder,
  addEnvironment,
  applyPlan,
  browseForward,
  buildAllChanged,
  buildBaseImage,
  buildImage,
  cancelBuild,
  chooseCurrent,
  cleanBuilderCache,
  clearFilter,
  closePlan,
  compareEnvironments,
  compareReleases,
  copyDigest,
  copyKubectl,
  copyReference,
  copyTag,
  createDockerfile,
  createManifest,
  deployEnvironment,
  deployRelease,
  diagnoseHost,
  drainBuilder,
  ejectFiles,
  filterEnvironments,
  filterImages,
  forwardPort,
  handoverReport,
  importManifest,
  isolationReport,
  openDockerfile,
  openEffective,
  openImage,
  openManifest,
  openParity,
  openShell,
  openWalkthrough,
  pauseService,
  pinCluster,
  prepareEnvironment,
  previewFiles,
  rebaseServices,
  refreshViews,
  registerImage,
  releaseService,
  removeBuilder,
  replaceImage,
  restartService,
  resumeService,
  retryConnection,
  rollBack,
  scaleService,
  showAllImages,
  showBoard,
  showDetails,
  showDiagnosis,
  showDrift,
  showFailure,
  showHistory,
  showImageUsers,
  showPlan,
  stopForward,
  tailLogs,
  undrainBuilder,
  updatePins,
  verifyService,
];
