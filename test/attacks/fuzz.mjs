// Attacks the built command with made-up clients, upstream answers and configurations.
// Run: pnpm build && node test/attacks/fuzz.mjs [--seed N] [--only PART] [--mode single|workers|embedded] [--from K] [--count M]
import { parseArgs } from 'node:util'
import { createFaults } from './faults.mjs'
import { attack, parts } from './parts.mjs'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, only: { type: 'string' }, mode: { type: 'string', default: 'single' }, from: { type: 'string', default: '0' }, count: { type: 'string', default: '1000' }, measure: { type: 'boolean' }, faults: { type: 'string', default: '20' } } })
if (values.only !== undefined && !(values.only in parts)) throw new Error(`--only ${values.only}: write one of ${Object.keys(parts).join(', ')}`)
const faults = createFaults({ seed: values.seed, limit: Number(values.faults) })
for (const name of values.only !== undefined ? [values.only] : Object.keys(parts)) {
  if (!parts[name].modes.includes(values.mode)) continue
  const figures = await attack(name, { mode: values.mode, seed: values.seed, from: Number(values.from), count: Number(values.count), faults, measure: values.measure, log: console.log })
  console.log(JSON.stringify(figures))
}
console.log(faults.found.length === 0 ? 'no fault' : `${faults.found.length} faults`)
process.exit(faults.found.length === 0 ? 0 : 1)
