import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Observation } from './observation.ts'
import type { Script } from './script.ts'

/** What a reference answered to a script: enough to compare without the reference. */
export interface Recording {
  /** What the program says of itself, a line each. */
  program: string[]
  script: Script
  /** A list for each case, an entry for each request, as they came: nothing is normalised. */
  answers: Observation[][]
}

/** Writes a recording into a folder, named for what it is about. */
export function writeRecording (folder: string, recording: Recording): void {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, `${recording.script.about.replace(/\W+/g, '-')}.json`), `${JSON.stringify(recording, null, 1)}\n`)
}

/** Reads all recordings of a folder, by the names of their files; none where there is no folder. */
export function readRecordings (folder: string): [name: string, recording: Recording][] {
  if (!fs.existsSync(folder)) return []
  return fs.readdirSync(folder).filter((file) => file.endsWith('.json')).sort()
    .map((file) => [file, JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))])
}

/** Asks a program for its version, in the way of KrakenD; its name where it has none. */
export async function describeProgram (program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, ['version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }))
  return stdout.trim() === '' ? [path.basename(program)] : stdout.trim().split(/\r?\n/)
}
