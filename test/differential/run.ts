import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { StartGateway } from '../conformance/gateway-process.ts'
import { batchSize, makeScript } from './batch.ts'
import { differ, findFailures, type Outcome } from './differ.ts'
import { floodgates } from './gateways.ts'
import type { Observation } from './observation.ts'
import { play } from './play.ts'
import { describeFinding } from './report.ts'
import type { Script, ScriptCase, ScriptRequest } from './script.ts'
import { shrink } from './shrink.ts'
import { themes } from './themes/index.ts'

export interface RunOptions {
  seed: string
  /** First case, and how many, of every theme. */
  from: number
  count: number
  /** Names of themes; default: all. */
  only?: string[]
  /** Findings after which it stops. */
  limit: number
  /** Whether findings are made smaller; default: yes. */
  shrinks?: boolean
  log: (line: string) => void
}

export interface Figures {
  cases: number
  requests: number
  findings: string[]
  wanted: Map<string, number>
}

/** A way to hold a script against something. */
export interface Check {
  /** What has to be said to have it again. */
  flags: string
  examine: (script: Script, folder: string) => Promise<Outcome>
}

/** Makes scripts by seed and examines each. */
export async function runCases (check: Check, { seed, from, count, only, limit, shrinks = true, log }: RunOptions): Promise<Figures> {
  const figures: Figures = { cases: 0, requests: 0, findings: [], wanted: new Map() }
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'differential-'))
  let plays = 0
  const folder = (): string => path.join(work, String(plays++))
  try {
    for (const theme of themes.filter(({ name }) => only === undefined || only.includes(name))) {
      for (let first = from; first < from + count;) {
        const end = Math.min(from + count, (Math.floor(first / batchSize) + 1) * batchSize)
        const script = makeScript(theme, seed, first, end)
        figures.cases += script.cases.length
        if (!await examine(script)) for (let number = first; number < end; number++) await examine(makeScript(theme, seed, number, number + 1))
        if (figures.findings.length >= limit) return figures
        first = end
      }
      log(`${theme.name}: ${figures.cases} cases, ${figures.requests} requests so far, ${figures.findings.length} findings`)
    }
    return figures
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }

  /** False: a gateway does not start with the cases together, and each has to be tried alone. */
  async function examine (script: Script): Promise<boolean> {
    const { compared, findings, wanted } = await check.examine(script, folder())
    if (script.cases.length > 1 && findings.some(({ at }) => at === null)) return false
    figures.requests += compared
    for (const [name, times] of wanted) figures.wanted.set(name, (figures.wanted.get(name) ?? 0) + times)
    const told = new Set<string>()
    for (const finding of findings) {
      const key = `${finding.at?.case} ${finding.kind}`
      if (told.has(key) || figures.findings.length >= limit) continue
      told.add(key)
      const small = shrinks && finding.at ? await shrink(script, finding, async (smaller) => (await check.examine(smaller, folder())).findings) : { script, finding }
      const number = /\d+$/.exec(script.cases[finding.at?.case ?? 0]!.name)![0]
      const again = `pnpm test:differential --seed ${seed} --only ${script.about.split(',')[0]} --from ${number} --cases 1${check.flags}`
      const text = describeFinding({ ...small, again })
      figures.findings.push(text)
      log(text)
    }
    return true
  }
}

/** Compares Floodgate's command with another gateway. `keep` gets what the reference answered. */
export function compareWith (reference: StartGateway, keep?: (script: Script, answers: Observation[][]) => void): Check {
  return {
    flags: '',
    async examine (script, folder) {
      const theirs = await play(script, reference, { folder: path.join(folder, 'reference') })
      if (theirs.cases) keep?.(script, theirs.cases)
      return differ(script, theirs, await play(script, floodgates.run, { folder: path.join(folder, 'ours') }), { sides: ['reference', 'floodgate'], deliberate: true })
    }
  }
}

/** What a gateway is held against that has no reference: itself, run another way. */
export const variants = ['again', 'pieces', 'workers', 'embedded'] as const
export type Variant = typeof variants[number]

/** Checks what has to hold without a reference: see the README. */
export function invariants (wanted: readonly Variant[] = variants): Check {
  return {
    flags: wanted === variants ? '' : wanted.map((variant) => ` --invariants ${variant}`).join(''),
    async examine (script, folder) {
      const plain = await play(script, floodgates.run, { folder: path.join(folder, 'run') })
      const all: Outcome = { compared: 0, findings: findFailures(script, plain), wanted: new Map() }
      if (plain.cases === undefined) return all
      for (const variant of wanted) {
        const pieces = variant === 'pieces'
        const other = await play(script, pieces ? floodgates.run : floodgates[variant], { folder: path.join(folder, variant), pieces })
        const { compared, findings } = differ(script, plain, other, { sides: ['run', variant], deliberate: false, counts: counting[variant] })
        all.compared += compared
        all.findings.push(...findings)
      }
      return all
    }
  }
}

/** What may be compared. */
const counting: Record<Variant, (test: ScriptCase, request: ScriptRequest) => boolean> = {
  again: () => true,
  pieces: () => true,
  workers: ({ perProcess }) => perProcess === undefined,
  embedded: (_, { path }) => !/%(?![\da-f]{2})/i.test(path) // the host's Fastify answers before any plugin
}
