// Processor time of n and 4n for everything that reads foreign input: 4 is linear, 16 is quadratic.
// Run: pnpm from-sources test/bench/growth.mjs [name] [--json]; it fails above a ratio of 8.
import { inputs } from './growth-inputs.mjs'

/** Between linear and quadratic, with room for caches and collections of garbage. */
const allowed = 8
/** n is made so large that one run takes about this many ms, unless the input's own bound is met before. */
const wanted = 25
const runs = 5

const [name = ''] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const asJson = process.argv.includes('--json')
const rows = []
for (const input of inputs.filter((input) => input.name.includes(name))) {
  const row = await grow(input)
  rows.push(row)
  if (!asJson) console.log(show(row))
}
if (asJson) console.log(JSON.stringify(rows))
process.exitCode = rows.some(({ ratio }) => ratio > allowed) ? 1 : 0

function show ({ name, n, ms, ratio, ends }) {
  return `${name.padEnd(44)} ${String(n).padStart(9)} × 4: ${ms.map((ms) => ms.toFixed(1).padStart(7)).join(' →')} ms, ratio ${ratio.toFixed(1).padStart(5)}${ends}${ratio > allowed ? '  ← grows faster than its input' : ''}`
}

async function grow ({ name, make, run, most = Infinity }) {
  let n = 64
  while (n * 4 <= most && n < 1 << 20 && await time(run, make(n)) < wanted) n *= 2
  n = Math.min(n, Math.floor(most / 4))
  let row = await compare(name, n, make, run)
  // A collection of garbage in the wrong moment does not come back with other sizes.
  if (row.ratio > allowed) row = await compare(name, 2 * n, make, run)
  return row
}

async function compare (name, n, make, run) {
  const [one, four] = [make(n), make(4 * n)]
  // In turn, so that a busy machine slows both; the least counts.
  const ms = [Infinity, Infinity]
  let ends = ''
  for (let i = 0; i < runs; i++) {
    ms[0] = Math.min(ms[0], await time(run, one))
    ms[1] = Math.min(ms[1], await time(run, four, (error) => { ends = `, refused: ${error.code ?? error.message}` }))
    if (ms[1] > 5000) break
  }
  return { name, n, ms, ratio: ms[1] / Math.max(ms[0], 0.05), ends }
}

/** Processor time of one run, in ms. */
async function time (run, input, onError = () => {}) {
  const before = process.cpuUsage()
  try {
    await run(input)
  } catch (error) {
    // Called in a wrong way, it costs nothing.
    if (error instanceof TypeError) throw error
    onError(error)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
