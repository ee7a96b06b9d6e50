// Control groups of the bench: all processes of a component's containers are in one, so that none is overlooked.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The root of each hierarchy: version 1 has one per controller, version 2 has one. */
function roots(): string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  return existsSync(root) ? readdirSync(root).map((part) => join(root, part)) : [];
}

function groupFolders(name: string): string[] {
  return roots()
    .map((root) => join(root, name))
    .filter((folder) => existsSync(folder));
}

/** Makes a group with every controller, for a program that asks for one that is there. */
export function makeControlGroup(name: string): void {
  for (const root of roots()) {
    const folder = join(root, name);
    for (const controller of ['cpuset', 'cpu', 'memory', 'pids', 'io', 'hugetlb'])
      writeQuietly(join(root, 'cgroup.subtree_control'), `+${controller}`);
    try {
      mkdirSync(folder, { recursive: true });
    } catch {
      continue; // Not a hierarchy.
    }
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      // Version 1 leaves both empty in a new group, and then no process may enter it.
      if (existsSync(join(root, 'cpuset.cpus')) && existsSync(join(folder, file)))
        writeQuietly(join(folder, file), readFileSync(join(root, file), 'utf8'));
    }
  }
}

function writeQuietly(file: string, content: string): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, content.trim());
  } catch {
    // The kernel lacks the controller.
  }
}

/** Kills every process of a group and removes its folders. */
export async function endControlGroup(name: string): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const folders = groupFolders(name).flatMap(deepestFirst);
    if (folders.length === 0) return;
    for (const folder of folders) for (const pid of processesOf(folder)) killQuietly(pid);
    for (const folder of folders) removeQuietly(folder);
    await sleep(50);
  }
}

function deepestFirst(folder: string): string[] {
  let children: string[] = [];
  try {
    children = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    // The group went away while we looked.
  }
  return [...children.flatMap(deepestFirst), folder];
}

function processesOf(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Kills a process that may be gone. */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** Removes a folder when it is empty. */
export function removeQuietly(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Still busy: the next round tries again.
  }
}
