// Checks the lists `packages/*/test/shown-by.json`: runs each test file that is named in them by itself, with V8's coverage, and prints
// the sources of which it calls a third of the functions or fewer. Ends with 1 if there are any, or if a test fails. Takes a quarter of an
// hour.
// Sources that run in a browser have no coverage here: they are left out.
//
//   pnpm shown-by                         all packages
//   pnpm shown-by go tls                  some
//   pnpm shown-by --mirrored              test files of the same name as a source, too
//   pnpm shown-by --who packages/tls/src/a.ts tls packages/router/test/b.test.ts
//                                         how many functions of a source the test files of packages, or single ones, call: to choose one
//
// Tests of the command run what the build has made: build first.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { SourceMap } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const root = path.resolve(import.meta.dirname, '..')
/** Above this share of a source's functions, the test that calls them shows it. */
const enough = 1 / 3
/** What `locator` has made, by file. */
const locators = new Map()

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { mirrored: { type: 'boolean', default: false }, who: { type: 'string', multiple: true, default: [] }, jobs: { type: 'string', default: '2' } }
})

const chosen = positionals.length > 0 ? positionals : fs.readdirSync(path.join(root, 'packages'))
const plans = chosen.flatMap((name) => options.who.length > 0 ? planSearch(name, options.who) : planCheck(name, options.mirrored))
let wrong = 0
const waiting = [...plans]
await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) report(plan, await measure(plan.test))
}))
if (options.who.length === 0) {
  console.log(`${wrong} of ${plans.reduce((sum, { sources }) => sum + sources.length, 0)} sources are not shown by their test`)
  process.exitCode = wrong === 0 ? 0 : 1
}

/** Tests to run, with the sources that each of them shows; absolute. */
function planCheck (name, mirrored) {
  const folder = path.join(root, 'packages', name)
  const list = path.join(folder, 'test/shown-by.json')
  const named = fs.existsSync(list) ? Object.entries(JSON.parse(fs.readFileSync(list, 'utf8'))) : []
  const sourcesOf = new Map(named.map(([test, sources]) => [path.join(folder, test), sources.map((source) => path.join(folder, source))]))
  if (mirrored) {
    for (const test of findTests(folder)) {
      const source = test.replace(`${folder}/test/`, `${folder}/src/`).replace(/\.test\.ts$/, '.ts')
      if (fs.existsSync(source)) sourcesOf.set(test, [...sourcesOf.get(test) ?? [], source])
    }
  }
  return [...sourcesOf].map(([test, sources]) => ({ test, sources: sources.filter((source) => !runsInBrowser(source)) }))
}

function runsInBrowser (source) {
  return fs.readFileSync(source, 'utf8').startsWith('/// <reference lib="dom" />')
}

function planSearch (name, sources) {
  const tests = name.endsWith('.ts') ? [path.resolve(name)] : findTests(path.join(root, 'packages', name))
  return tests.map((test) => ({ test, sources: sources.map((source) => path.resolve(source)) }))
}

function findTests (folder) {
  return fs.readdirSync(path.join(folder, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.long.test.ts'))
    .map((file) => path.join(folder, 'test', file)).sort()
}

function report ({ test, sources }, { status, output, coverage }) {
  const name = path.relative(root, test)
  if (status !== 0) {
    console.log(`${name} fails by itself:\n${output}`)
    wrong++
  }
  for (const source of sources) {
    const { called, all } = coverage.get(source) ?? { called: 0, all: 0 }
    const said = all === 0 ? 'does not load it' : `calls ${called} of ${all} functions`
    if (options.who.length > 0) {
      if (called > 0) console.log(`${path.relative(root, source)}: ${name} ${said}`)
    } else if (called <= all * enough) {
      console.log(`${path.relative(root, source)}: ${name} ${said}`)
      wrong++
    }
  }
}

/** Runs a test file; resolves with how many functions each source has, and how many of them were called. */
async function measure (test) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-shown-by-'))
  try {
    const { status, output } = await run(test, folder)
    return { status, output, coverage: readCoverage(folder) }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function run (test, coverage) {
  const child = spawn(process.execPath, [
    '--import', pathToFileURL(path.join(root, 'test/runner/strip-types.mjs')).href, '--conditions=@floodgate/source', '--no-warnings=ExperimentalWarning', test
  ], { cwd: root, env: { ...process.env, TAP: '1', TAP_TIMEOUT: '900', NODE_V8_COVERAGE: coverage }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output = (output + text).slice(-4_000) })
  return new Promise((resolve) => { child.on('close', (status) => { resolve({ status, output }) }) })
}

/** V8 writes a file for each process and each thread. */
function readCoverage (folder) {
  /** By file that ran, a source or a bundle: whether the functions of each source in it were called. */
  const functions = new Map()
  for (const file of fs.readdirSync(folder)) {
    for (const { url, functions: found } of readResult(path.join(folder, file))) {
      if (!url.startsWith(pathToFileURL(path.join(root, 'packages')).href)) continue
      const ran = fileURLToPath(url.split('?', 1)[0])
      const locate = locator(ran)
      // The first is the module itself.
      for (const { ranges: [{ startOffset, count }] } of found.slice(1)) {
        const place = locate(startOffset)
        if (place === null) continue
        const key = `${ran}\n${place.source}`
        if (!functions.has(key)) functions.set(key, new Map())
        const called = functions.get(key)
        called.set(place.at, called.get(place.at) || count > 0)
      }
    }
  }
  const coverage = new Map()
  for (const [key, calls] of functions) {
    const source = key.slice(key.indexOf('\n') + 1)
    const called = [...calls.values()].filter(Boolean).length
    if (called >= (coverage.get(source)?.called ?? 0)) coverage.set(source, { called, all: calls.size })
  }
  return coverage
}

function readResult (file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).result
  } catch {
    return [] // of a process that was killed while it wrote
  }
}

/** Finds the source of a position in a source, whose types are blanked out, or in a bundle with a source map. */
function locator (file) {
  if (!locators.has(file)) locators.set(file, file.includes('/dist/') ? locateInBundle(file) : (offset) => ({ source: file, at: String(offset) }))
  return locators.get(file)
}

function locateInBundle (file) {
  if (!fs.existsSync(`${file}.map`)) return () => null
  const map = new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, 'utf8')))
  const starts = [0]
  const text = fs.readFileSync(file, 'utf8')
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset)
    const { originalSource, originalLine, originalColumn } = map.findEntry(line, offset - starts[line])
    if (originalSource === undefined) return null
    return { source: path.resolve(path.dirname(file), originalSource), at: `${originalLine}:${originalColumn}` }
  }
}
