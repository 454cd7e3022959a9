// The long attack: at least 500,000 requests, 100,000 upstream answers and 50,000 configurations, and the figures as a table.
// Run: pnpm build && nice node test/attacks/long.mjs [--seed N] [--share 0.01] [--state FILE]
// With --state what is done is written to a file; the same command goes on where it was ended.
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { createFaults } from './faults.mjs'
import { attack } from './parts.mjs'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, share: { type: 'string', default: '1' }, state: { type: 'string' } } })
const plan = [
  ['front', 'single', 45_000], ['front', 'workers', 7000], ['front', 'embedded', 7000],
  ['http2', 'single', 10_000], ['http2', 'workers', 2000],
  ['upstream', 'single', 80_000], ['upstream', 'workers', 12_000], ['upstream', 'embedded', 12_000],
  ['configurations', 'single', 50_000],
  ['decoders', 'single', 980]
].map(([name, mode, count]) => ({ name, mode, count: Math.max(20, Math.round(count * Number(values.share))) }))

const rows = readState()
for (const { name, mode, count } of plan) {
  if (rows.some((row) => row.part === name && row.mode === mode)) continue
  let said = 0
  const log = (line) => {
    if (performance.now() - said < 20_000) return
    said = performance.now()
    console.log(line)
  }
  const faults = createFaults({ seed: values.seed })
  const figures = await attack(name, { mode, seed: values.seed, from: 0, count, faults, measure: true, log })
  const row = { ...figures, faults: faults.found.length }
  rows.push({ ...row, complete: row.cases === count })
  if (values.state !== undefined) fs.writeFileSync(values.state, JSON.stringify({ seed: values.seed, share: values.share, rows }))
  console.log(`done: ${name} ${mode}: ${row.cases} cases, ${row.requests} requests, ${row.faults} faults, ${row.seconds.toFixed(0)} s`)
}

const sum = (of) => rows.reduce((total, row) => total + of(row), 0)
const on = (...names) => (row) => names.includes(row.part) ? row.requests : 0
const cell = (value) => value.toLocaleString('en')
console.log(`
seed ${values.seed}, Node ${process.versions.node}

| part | mode | cases | requests | answers read | health, worst, ms of processor time | heap, first half to second, MB | seconds | faults |
|---|---|---:|---:|---:|---:|---:|---:|---:|
${rows.map((row) => `| ${row.part} | ${row.mode} | ${cell(row.cases)} | ${cell(row.requests)} | ${cell(row.answers)} | ${row.health > 0 ? row.health.toFixed(0) : ''} | ${row.samples > 5 ? (row.growth / 1048576).toFixed(1) : ''} | ${row.seconds.toFixed(0)} | ${row.faults} |`).join('\n')}

requests ${cell(sum(on('front', 'http2', 'upstream', 'decoders')))}, upstream answers made up ${cell(sum(on('upstream', 'decoders')))}, configurations ${cell(sum(on('configurations')))}, faults ${sum(({ faults }) => faults)}`)
process.exit(rows.every(({ faults, complete }) => faults === 0 && complete) ? 0 : 1)

function readState () {
  if (values.state === undefined || !fs.existsSync(values.state)) return []
  const { seed, share, rows } = JSON.parse(fs.readFileSync(values.state, 'utf8'))
  if (seed !== values.seed || share !== values.share) throw new Error(`${values.state} is of seed ${seed} and share ${share}: name another file`)
  return rows
}
