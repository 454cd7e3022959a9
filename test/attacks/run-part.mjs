// Runs a part's cases, many at once, and looks after each slice at what they left behind.
import { createRandom } from './random.mjs'

/** Cases between two looks at what is left. */
const SLICE = 1000
/** The first slice: until then code is compiled. */
const FIRST = 200

/**
 * Runs cases `from` to `from + count - 1` of a part in a world. `progress` is called after every slice with the figures so far.
 * Returns the figures: cases, requests, answers.
 */
export async function runPart (part, { seed, from = 0, count, concurrency = 24, world, mode, faults, progress = () => {}, running = new Set(), recent = [] }) {
  const figures = { cases: 0, requests: 0, answers: 0 }
  const end = from + count
  for (let next = from; next < end && !faults.tooMany;) {
    const last = Math.min(end, next + (next === from ? FIRST : SLICE))
    await Promise.all(Array.from({ length: Math.min(concurrency, last - next) }, async () => {
      while (next < last && !faults.tooMany) await one(next++)
    }))
    next = last
    if (!world.alive()) {
      await world.restart()
      continue
    }
    const left = await world.settle()
    if (left !== null) {
      faults.add({ part: part.name, mode, what: left, running: [last - SLICE, last - 1].map((number) => Math.max(from, number)) })
      await world.restart()
    }
    await progress(figures)
  }
  return figures

  async function one (number) {
    if (!world.alive()) return // its slice is lost; the next one begins with new gateways
    const made = part.make(createRandom(seed, part.name, number), number, world)
    running.add(number)
    const { requests, answers, problems } = await part.run(made, world)
    running.delete(number)
    if (recent.push(number) > 32) recent.shift()
    figures.cases++
    figures.requests += requests
    figures.answers += answers
    if (problems.length > 0) faults.add({ part: part.name, mode, number, what: [...new Set(problems)].slice(0, 5).join('; '), input: part.show(made) })
  }
}
