import { parseDockerfile } from '../../../server/src/core/dockerfile/parse.ts';
import { adoptField } from '../../../server/src/core/features/adoptField.ts';
import { buildSpec } from '../../../server/src/core/features/buildSpec.ts';
import { catalogueBuild } from '../../../server/src/core/features/catalogueBuild.ts';
import { changeCatalogue } from '../../../server/src/core/features/catalogueEdit.ts';
import { effective } from '../../../server/src/core/features/effective.ts';
import { lintDockerfileWithWaivers } from '../../../server/src/core/features/lint.ts';
import { lockPlan } from '../../../server/src/core/features/lockPlan.ts';
import { workspaceModel } from '../../../server/src/core/features/model.ts';
import { parityReport } from '../../../server/src/core/features/parityReport.ts';
import { pinEnvironment } from '../../../server/src/core/features/pinEnvironment.ts';
import { recordedEffective } from '../../../server/src/core/features/recordedEffective.ts';
import { changeWorkspace, type Workspace } from '../../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../../server/src/core/text/lineIndex.ts';
import type { Documents } from '../ports.ts';

/** The language half without a server: the core on a workspace that was read from the disk. */
export function coreDocuments(read: Workspace): Documents {
  let workspace = read;
  return {
    model: async () => workspaceModel(workspace, (file) => parseDockerfile(file.uri, file.text)),
    effective: async (service, environment, _signal, recorded, release) =>
      recorded
        ? recordedEffective(workspace, service, environment, recorded, release)
        : effective(workspace, service, environment, release),
    buildSpec: async (service) => {
      const uri = workspace.service(service)?.dockerfileUri;
      const file = uri === undefined ? undefined : workspace.file(uri);
      const judged = file ? lintDockerfileWithWaivers(parseDockerfile(file.uri, file.text), workspace) : { findings: [] };
      return buildSpec(workspace, service, judged);
    },
    baseImage: async (image) =>
      catalogueBuild(workspace, image, (file) => lintDockerfileWithWaivers(parseDockerfile(file.uri, file.text), workspace)),
    changeCatalogue: async (change) => changeCatalogue(workspace, change),
    pinCluster: async (wanted) => pinEnvironment(workspace, wanted),
    adoptField: async (wanted) => {
      const edit = adoptField(workspace, wanted);
      const file = 'problem' in edit ? undefined : workspace.file(edit.uri);
      if ('uri' in edit && file) workspace = changeWorkspace(workspace, [{ ...file, text: applyEdits(file.text, [edit]) }]);
      return edit;
    },
    lock: async (params) => lockPlan(workspace, params),
    parity: async (params) => parityReport(workspace, params),
  };
}
