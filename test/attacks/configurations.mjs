// Part `configurations`: damaged configurations are checked; each ends as fine or with problems, soon.
import { fork, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { configurationCase } from './configuration-cases.mjs'
import { readCorpus } from './configuration-corpus.mjs'
import { bin, cleanEnvironment, endsWithParent } from './gateway-process.mjs'

/**
 * How long one may take, in ms, and how much processor time: far more than any needs, because a hang is what counts here,
 * on slow machines too. A template has a budget of 10 s; 20,000 unknown keys take 3.5 s.
 */
const BOUND = 120_000
const PROCESSOR_TIME = 15_000
const PROCESSOR_TIME_OF_TEMPLATES = 25_000

export const configurations = {
  name: 'configurations',
  make: configurationCase,
  show: ({ kind, name, bytes, template }) => ({ kind, name, template, bytes: bytes.length > 100_000 ? `${bytes.length} bytes, see the seed` : bytes.toString('latin1') }),
  async run ({ number, name, bytes, template, command }, world) {
    const file = path.join(world.folder, `${number}-${name}`)
    fs.writeFileSync(file, bytes)
    const problems = command ? await checkByCommand(file, template) : await world.reader.check({ file, template, number })
    fs.rmSync(file)
    return { requests: 1, answers: 1, problems }
  }
}

/** The world of this part: no gateway, a process that reads. */
export async function configurationWorld () {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-attacks-'))
  const reader = createReader(folder)
  return {
    folder,
    reader,
    corpus: readCorpus(),
    gateways: [],
    alive: () => true,
    restart: async () => {},
    settle: async () => null,
    rest: async () => null,
    descriptors: () => 0,
    watch: () => ({ judge: async () => {}, pause: async () => {}, end: async () => ({ asked: 0, silent: 0, worst: 0, host: { asked: 0, wrong: 0 } }) }),
    async close () {
      reader.end()
      fs.rmSync(folder, { recursive: true, force: true })
      return true
    }
  }
}

function createReader (folder) {
  let child = null
  let settle = null
  const start = () => new Promise((resolve) => {
    child = fork(path.join(import.meta.dirname, 'configuration-reader.mjs'), { cwd: folder, env: cleanEnvironment(), execArgv: [...endsWithParent, '--max-old-space-size=1500'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    child.stderr.on('data', (data) => { said = (said + data).slice(-2000) })
    child.on('message', (message) => {
      if (message.ready) resolve()
      else settle?.(message)
    })
    child.on('exit', (code, signal) => {
      child = null
      settle?.({ crash: `the process ended with ${code ?? signal}: ${said}` })
    })
  })
  return {
    async check (job) {
      if (child === null) await start()
      const result = await new Promise((resolve) => {
        const timer = setTimeout(() => {
          const stuck = child
          child = null
          stuck?.removeAllListeners('exit')
          stuck?.kill('SIGKILL')
          resolve({ crash: `no end within ${BOUND} ms` })
        }, BOUND)
        settle = (message) => {
          clearTimeout(timer)
          settle = null
          resolve(message)
        }
        child.send(job)
      })
      if (result.crash !== undefined) return [result.crash]
      return [
        ...result.problem === null ? [] : [result.problem],
        ...result.cpu > (job.template ? PROCESSOR_TIME_OF_TEMPLATES : PROCESSOR_TIME) ? [`it took ${result.cpu.toFixed(0)} ms of processor time`] : []
      ]
    },
    end () {
      child?.removeAllListeners('exit')
      child?.kill('SIGKILL')
    }
  }
}

function checkByCommand (file, template) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...endsWithParent, bin, 'check', '-c', file], { cwd: path.dirname(file), env: { ...cleanEnvironment(), ...template && { FC_ENABLE: '1' } }, timeout: BOUND, killSignal: 'SIGKILL' })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data })
    child.on('close', (code, signal) => {
      if (code !== 0 && code !== 1) resolve([`check ended with ${code ?? signal}: ${said.slice(-2000)}`])
      else if (/\n +at \S+ \(?(?:file|node):|TypeError|nhandled|ncaught/.test(said)) resolve([`check printed a stack: ${said.slice(-2000)}`])
      else resolve([])
    })
  })
}
