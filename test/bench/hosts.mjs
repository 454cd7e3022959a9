// One host of three fails and comes back, under load, as on KrakenD and with ejection and retries: failed requests.
// Run: pnpm build && node test/bench/hosts.mjs [requests per second [settings [faults [ways]]]], lists with commas
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { configure, faults, runFault, settings, startHosts, ways } from './host-faults.mjs'

const [rateText = '500', ...lists] = process.argv.slice(2)
const rate = Number(rateText)
const [chosenSettings, chosenFaults, chosenWays] = [Object.keys(settings), faults, ways].map((all, i) => lists[i]?.split(',') ?? all)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-hosts-'))
const percent = (share) => `${(share * 100).toFixed(2)} %`
console.log('| fault | way | settings | failed, first 10 s | failed, next 5 s | failed after it came back | more requests to hosts | its share at the end |')
console.log('|---|---|---|---|---|---|---|---|')
for (const fault of chosenFaults) {
  for (const [name, way] of chosenSettings.flatMap((name) => chosenWays.map((way) => [name, way]))) {
    const hosts = await startHosts(way)
    fs.writeFileSync(path.join(folder, 'ca.pem'), hosts.ca)
    const file = path.join(folder, 'krakend.json')
    fs.writeFileSync(file, JSON.stringify(configure(hosts, path.join(folder, 'ca.pem'), settings[name])))
    const gateway = fork(path.join(import.meta.dirname, 'measured-gateway.mjs'), [file], { execArgv: ['--expose-gc'] })
    const [{ address }] = await once(gateway, 'message')
    const { first, later, back, extra, share } = await runFault(hosts, address.replace('[::]', '127.0.0.1'), fault, { rate })
    console.log(`| ${fault} | ${way} | ${name} | ${percent(first)} | ${percent(later)} | ${percent(back)} | ${percent(extra)} | ${percent(share)} |`)
    gateway.send('close')
    await once(gateway, 'exit')
    await hosts.close()
  }
}
fs.rmSync(folder, { recursive: true })
