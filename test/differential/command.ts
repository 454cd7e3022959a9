import { parseArgs } from 'node:util'
import { referenceGateway } from './gateways.ts'
import { describeProgram, writeRecording } from './recording.ts'
import { recordingsFolder, replayAll } from './replay-all.ts'
import { compareWith, invariants, runCases, variants, type Check, type Figures } from './run.ts'
import { themes } from './themes/index.ts'

/** The command `pnpm test:differential`; see the README. Returns its exit code. */
export async function main (args: string[]): Promise<number> {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      seed: { type: 'string', default: '1' },
      cases: { type: 'string', default: '100' },
      from: { type: 'string', default: '0' },
      only: { type: 'string', multiple: true },
      findings: { type: 'string', default: '20' },
      'no-shrink': { type: 'boolean', default: false },
      invariants: { type: 'string', multiple: true },
      record: { type: 'string' },
      replay: { type: 'string' },
      suites: { type: 'string' }
    }
  })
  const check = <T extends string> (flag: string, given: readonly string[] | undefined, known: readonly T[]): T[] | undefined => {
    for (const name of given ?? []) if (!known.includes(name as T)) throw new Error(`--${flag} ${name}: write one of ${known.join(', ')}`)
    return given as T[] | undefined
  }
  const only = check('only', values.only, themes.map(({ name }) => name))
  const wanted = check('invariants', values.invariants, variants)
  const program = process.env['KRAKEND_BIN']
  const log = (line: string): void => { console.log(line) }
  const run = (given: Check): Promise<Figures> => runCases(given, { seed: values.seed, from: whole('from', values.from), count: whole('cases', values.cases), ...only && { only }, limit: whole('findings', values.findings), shrinks: !values['no-shrink'], log })

  if (values.replay !== undefined || values.suites !== undefined) return await replayed(values.replay ?? recordingsFolder, values.suites)
  if (program && !wanted) {
    const described = await describeProgram(program)
    log(`the reference: ${described.join(', ')}`)
    const { record } = values
    return told(await run(compareWith(referenceGateway(program)!, record === undefined ? undefined : (script, answers) => { writeRecording(record, { program: described, script, answers }) })))
  }
  if (values.record !== undefined) throw new Error('--record: name the KrakenD to record in KRAKEND_BIN')
  if (wanted || only) return told(await run(invariants(wanted)))
  log('KRAKEND_BIN is not set: recordings are replayed, and what has to hold without a reference is checked')
  return Math.max(await replayed(recordingsFolder, ''), told(await run(invariants())))

  async function replayed (folder: string, suites: string | undefined): Promise<number> {
    const figures = await replayAll({ folder, suites: (name) => suites !== undefined && name.includes(suites), log })
    log(`${figures.cases} recorded cases, ${figures.wanted} wanted differences, ${figures.findings.length} findings`)
    return figures.findings.length > 0 ? 1 : 0
  }
}

function told ({ cases, requests, findings, wanted }: Figures): number {
  for (const [name, times] of wanted) console.log(`wanted, ${times} times: ${name}`)
  console.log(`${cases} cases, ${requests} requests compared, ${findings.length} findings`)
  return findings.length > 0 ? 1 : 0
}

function whole (flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} ${text}: write an integer`)
  return Number(text)
}
