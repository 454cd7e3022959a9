/** An answer of about 10 KB: a list of customers, no number of which a double would change. */
export function createAnswer (name = 'items') {
  const customers = Array.from({ length: 46 }, (_, i) => ({
    id: i * 37, name: `Customer number ${i}`, email: `user${i}@example.com`, price: i + 0.25, active: i % 2 === 0, created: '2024-05-01T10:20:30.000Z', tags: ['alpha', 'beta'], address: { city: 'Oslo', zip: '0150', lat: 59.91273, lon: 10.74609 }
  }))
  return Buffer.from(JSON.stringify({ [name]: customers, [`${name}_total`]: 46, [`${name}_page`]: { size: 46, next: null } }))
}

/** Runs functions in turn, in rounds, and prints each one's best round in µs of processor time, and its share of the first's. */
export async function measure (title, functions, { rounds = 25, calls = 300 } = {}) {
  const best = new Map()
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(functions)) {
      const before = process.cpuUsage()
      for (let call = 0; call < calls; call++) await run()
      const { user, system } = process.cpuUsage(before)
      const micros = (user + system) / calls
      best.set(name, Math.min(best.get(name) ?? Infinity, micros))
    }
  }
  const [reference] = best.values()
  console.log(title)
  for (const [name, micros] of best) console.log(`  ${name.padEnd(44)} ${micros.toFixed(1).padStart(7)} µs  ${(micros / reference).toFixed(2)}`)
}

/** A request and a backend that need nothing but what is measured. */
export const request = { incoming: { headers: {} }, call: null, params: {}, origin: '', target: '' }
export const backend = { hosts: [], urlPattern: '/', method: 'GET', encoding: 'json', group: '', target: '', allow: [], deny: [], mapping: {}, isCollection: false, extra: {} }
export const answering = (body) => async () => ({ status: 200, headers: {}, body })
