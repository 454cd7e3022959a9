import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Parser } from 'tap-parser'
import { pathToFileURL } from 'node:url'
import { Progress } from './progress.mjs'

/**
 * @typedef {object} Failure
 * @property {string[]} path names of the tests around it, the outermost first
 * @property {object | undefined} details what tap says of it
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} passed
 * @property {Failure[]} failures
 * @property {string[]} skips reasons
 * @property {number} seconds
 * @property {string} output what the tests said beside TAP
 */

/** A process that says nothing for as long, in ms, is asked what it waits for, and killed: that never comes. */
const longestSilence = Number(process.env.FLOODGATE_TEST_SILENCE ?? 300) * 1000

/** So long, in ms, a process that was asked may take to answer and to take down what its test started. */
const longestAnswer = 15_000

/** Enough to see what went wrong. */
const keptOutput = 20_000

/**
 * Runs the files of a group in one process.
 *
 * @param {string} root
 * @param {import('./groups.mjs').Group} group
 * @returns {Promise<Outcome>} never rejects
 */
export function runGroup (root, { name, files }) {
  const started = performance.now()
  const child = spawn(process.execPath, [
    '--import', pathToFileURL(path.join(import.meta.dirname, 'strip-types.mjs')).href,
    '--conditions=@floodgate/source', '--no-warnings=ExperimentalWarning',
    writeEntry(root, name, files)
  ], { cwd: root, env: { ...process.env, TAP: '1', TAP_TIMEOUT: '900' }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })

  const outcome = { name, passed: 0, failures: [], skips: [], seconds: 0, output: '' }
  const keep = (text) => { outcome.output = (outcome.output + text).slice(-keptOutput) }
  const progress = new Progress(child.stdio[3])
  let silence
  let isAsked = false
  const listen = () => {
    if (isAsked) return
    clearTimeout(silence)
    silence = setTimeout(() => {
      isAsked = true
      outcome.failures.push({ path: [`silent for ${longestSilence / 1000} s: ${progress}`], details: undefined })
      // tap lets the running test fail on this signal, with what it waits for, and takes down what that started.
      child.kill('SIGALRM')
      silence = setTimeout(() => {
        child.kill('SIGKILL')
        // What it started may live on, and hold its output open.
        for (const stream of child.stdio) stream?.destroy()
      }, longestAnswer)
    }, longestSilence)
  }
  listen()
  child.stdout.on('data', listen)
  child.stderr.setEncoding('utf8').on('data', keep)

  return new Promise((resolve) => {
    const parser = new Parser()
    collect(parser, [], outcome, keep)
    child.stdout.pipe(parser)
    let results
    parser.on('complete', (all) => { results = all })
    child.on('error', (error) => { keep(String(error)) })
    child.on('close', (code, signal) => {
      clearTimeout(silence)
      outcome.seconds = (performance.now() - started) / 1000
      const ended = code === 0 && results?.ok === true
      if (!ended && outcome.failures.length === 0) outcome.failures.push({ path: [`the process ended with ${signal ?? code}: ${progress}`], details: results?.fail === 0 && results?.bailout ? { bailout: results.bailout } : undefined })
      resolve(outcome)
    })
  })
}

/** Collects the innermost results: a test that fails only because of one in it is not told again. */
function collect (parser, above, outcome, keep) {
  let inner = false
  parser.on('child', (child) => {
    inner = true
    collect(child, [...above, child.name], outcome, keep)
  })
  parser.on('assert', (result) => {
    const { ok, name, skip, todo, diag } = result
    const isTest = inner
    inner = false
    if (skip) outcome.skips.push(`${[...above, name].join(' > ')}: ${skip === true ? 'skipped' : skip}`)
    else if (todo) outcome.skips.push(`${[...above, name].join(' > ')}: to do`)
    else if (!ok) {
      if (!isTest || outcome.failures.length === 0) outcome.failures.push({ path: [...above, name], details: diag })
    } else if (!isTest) outcome.passed++
  })
  parser.on('extra', keep)
}

/** An entry imports each file of its group, before it what names it, and before all what decides about chance. */
function writeEntry (root, name, files) {
  const folder = path.join(root, '.tap/entries')
  const entry = path.join(folder, `${name.replaceAll('/', '-')}.mjs`)
  const local = (script) => pathToFileURL(path.join(import.meta.dirname, script))
  const begin = local('begin-file.mjs')
  const imports = files.some((file) => fs.readFileSync(file, 'utf8').includes("from 'fast-check'")) ? [local('seed.mjs').href] : []
  for (const file of files) {
    begin.search = String(new URLSearchParams({ file: path.relative(root, file) }))
    imports.push(begin.href, path.relative(folder, file))
  }
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(entry, imports.map((specifier) => `import ${JSON.stringify(specifier)}\n`).join(''))
  return entry
}
