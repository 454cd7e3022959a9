// A process that checks configurations through the public exports, one after the other, as its parent sends them.
import { checkConfiguration } from '@floodgate/inspect/check'

// A message to a parent that has gone is an uncaught exception, and so on without end.
const say = (message) => { if (process.connected) process.send(message, () => {}) }
process.on('disconnect', () => { process.exit() })
process.on('uncaughtException', (err) => { say({ crash: `an uncaught exception: ${err?.stack ?? err}` }) })
process.on('unhandledRejection', (err) => { say({ crash: `an unhandled rejection: ${err?.stack ?? err}` }) })
process.on('message', async ({ file, template, number }) => {
  const before = process.cpuUsage()
  let problem = null
  let found = -1
  try {
    const problems = await checkConfiguration(file, { env: template ? { FC_ENABLE: '1' } : {} })
    found = problems.length
    // A fault of our own that is shown as one of the configuration's.
    const fault = problems.find(({ message }) => typeof message !== 'string' || /Cannot (?:read|set|convert|destructure)|is not (?:a function|iterable|defined|a constructor)|Invalid (?:array|string) length|undefined \(reading|\bat \S+ \(/.test(message))
    if (fault !== undefined) problem = `a problem that is none of the configuration's: ${String(fault.message).slice(0, 800)}`
  } catch (err) {
    problem = `it throws: ${err?.stack ?? err}`
  }
  const { user, system } = process.cpuUsage(before)
  say({ number, problem, found, cpu: (user + system) / 1000 })
})
say({ ready: true })
