import { execFile, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { missingProgram } from '@floodgate/testing'
import { watchProcess, type Started } from '../../packages/cli/test/support/watch-process.ts'
import { standIns } from './stand-ins.ts'

const run = promisify(execFile)

/** Why no container can run here; null when it can. Throws instead where FLOODGATE_REQUIRE_PROGRAMS is set. */
export function missingPodman (): string | null {
  if (process.platform !== 'linux' || process.getuid!() !== 0) return 'containers of these tests need Linux, and root for an own place of images'
  return missingProgram('podman', 'get it with `apt-get install podman runc`') ??
    missingProgram('runc', 'get it with `apt-get install runc`')
}

/** Podman with images of its own, which go with the test. */
export interface Podman {
  /** Runs a command of podman to its end; gives what it prints to stdout. */
  (...args: string[]): Promise<string>
  /** Starts a container whose output is watched, with the rights that the examples give it and the network of this machine. */
  start (t: Test, name: string, args: readonly string[]): Started
}

/** Prepares podman with stand-ins for the images that a Dockerfile begins with. */
export async function preparePodman (t: Test, dockerfile: string): Promise<Podman> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-podman-'))
  // runc: crun refuses machines with both versions of cgroups.
  const place = ['--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run'), '--tmpdir', path.join(folder, 'tmp'), '--runtime', 'runc', '--cgroup-manager', 'cgroupfs']
  const call = async (...args: string[]) => {
    const running = run('podman', [...place, ...args], { maxBuffer: 1 << 26 })
    // Builds take minutes on a busy machine, and the runner ends tests that say nothing.
    for (const output of [running.child.stdout!, running.child.stderr!]) output.on('data', (text) => { for (const [step] of String(text).matchAll(/^.*STEP .*$/gm)) t.comment(step) })
    return (await running).stdout
  }
  t.teardown(async () => {
    await call('rm', '--all', '--force', '--time', '0')
    await call('rmi', '--all', '--force')
    // The storage is mounted on itself.
    spawnSync('umount', [path.join(folder, 'root/overlay')])
    fs.rmSync(folder, { recursive: true, force: true })
  })
  for (const [, image] of dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)) {
    const standIn = standIns.find(({ pattern }) => pattern.test(image!))
    if (standIn === undefined) throw new Error(`there is no stand-in for ${image}`)
    const context = path.join(folder, 'context')
    standIn.lay(context)
    // Without a registry a name is one of docker.io.
    await call('build', '--isolation', 'chroot', '--quiet', '--tag', image!.includes('/') ? image! : `docker.io/library/${image}`, context)
    fs.rmSync(context, { recursive: true })
  }
  const start: Podman['start'] = (t, name, args) => {
    const child = spawn('podman', [
      ...place, 'run', '--name', name, '--network', 'host', '--sig-proxy=false',
      // What this machine allows: podman asks for more.
      '--ulimit', `nofile=${limit('n')}`, '--ulimit', 'nproc=1000',
      '--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges',
      ...args
    ], { stdio: ['ignore', 'pipe', 'pipe'] })
    t.teardown(() => call('rm', '--force', '--time', '0', name))
    return watchProcess(t, child)
  }
  return Object.assign(call, { start })
}

function limit (letter: string): string {
  return spawnSync('sh', ['-c', `ulimit -H${letter}`], { encoding: 'utf8' }).stdout.trim()
}
