import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { writeCertificates } from '../conformance/certificates.ts'
import { startCommand } from '../conformance/gateway-process.ts'
import { readSuites, type Suite } from '../conformance/suite.ts'
import { toCome } from '../conformance/to-come.ts'
import { readRecordings } from './recording.ts'
import { replay, replaySuite } from './replay.ts'
import { describeFinding } from './report.ts'

/** Where recordings of this repository lie, beside the suites of test/conformance. */
export const recordingsFolder = path.join(import.meta.dirname, 'recordings')

export interface ReplayOptions {
  /** Folder of recordings. */
  folder: string
  /** Which suites of test/conformance/suites/gateway. */
  suites: (name: string, suite: Suite) => boolean
  log: (line: string) => void
}

export interface ReplayFigures { cases: number, wanted: number, findings: string[] }

/** Replays recordings and suites against the built command. */
export async function replayAll ({ folder, suites, log }: ReplayOptions): Promise<ReplayFigures> {
  const figures: ReplayFigures = { cases: 0, wanted: 0, findings: [] }
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'replay-'))
  fs.mkdirSync(path.join(work, 'recorded'))
  const add = (findings: string[]): void => {
    figures.findings.push(...findings)
    for (const finding of findings) log(finding)
  }
  try {
    for (const [name, recording] of readRecordings(folder)) {
      const { findings, wanted } = await replay(recording, startCommand, path.join(work, name))
      figures.cases += recording.script.cases.length
      for (const times of wanted.values()) figures.wanted += times
      add(findings.map((finding) => describeFinding({ script: recording.script, finding, again: `--replay, ${name}` })))
    }
    const certs = writeCertificates(work)
    for (const [name, suite] of readSuites('gateway').filter(([name, suite]) => !Object.hasOwn(toCome, name) && suites(name, suite))) {
      const { cases, wanted, findings } = await replaySuite(name, suite, startCommand, { certs, work })
      figures.cases += cases
      figures.wanted += wanted.length
      for (const difference of wanted) log(`wanted: ${difference}`)
      add(findings)
    }
    return figures
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}
