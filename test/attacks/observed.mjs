// Loaded into the gateway's processes before the built command (node --import): on SIGUSR2 each of them collects garbage and
// writes what it holds to a file beside the configuration. The command itself is as it is built.
import fs from 'node:fs'

if (process.env.FLOODGATE_ATTACK_REPORTS !== undefined) {
  process.on('SIGUSR2', () => {
    // Twice: what the first frees through finalizers goes with the second.
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    const file = `${process.env.FLOODGATE_ATTACK_REPORTS}/${process.pid}.json`
    fs.writeFileSync(`${file}.part`, JSON.stringify({ heapUsed, external, rss }))
    fs.renameSync(`${file}.part`, file)
  })
}
