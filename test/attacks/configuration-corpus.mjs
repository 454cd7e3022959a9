// Real configurations to damage: those of this repository's examples, tests and suites.
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Reads them all: objects, in an order that does not change. */
export function readCorpus () {
  const found = []
  for (const file of filesBelow(path.join(root, 'test/conformance/suites'), '.json')) {
    const suite = JSON.parse(fs.readFileSync(file, 'utf8'))
    for (const config of [suite.config, ...(suite.startups ?? [suite.startup ?? {}]).map((trial) => trial.config)]) {
      if (config !== undefined) found.push({ version: 3, port: 8080, ...JSON.parse(JSON.stringify(config).replace(/\{\{[\w.-]+\}\}/g, 'http://127.0.0.1:8081')) })
    }
  }
  for (const file of [...filesBelow(path.join(root, 'test/configurations'), '.json'), ...filesBelow(path.join(root, 'examples'), 'krakend.json')]) {
    try {
      found.push(JSON.parse(fs.readFileSync(file, 'utf8')))
    } catch { /* broken on purpose */ }
  }
  return found
}

/** Templates to damage. */
export const templates = [
  '{"version":3,"port":{{ env "PORT" | default "8080" }},"endpoints":[{{ range $i, $e := list "a" "b" }}{{ if $i }},{{ end }}{"endpoint":"/{{ $e }}","backend":[{"host":["http://127.0.0.1:8081"],"url_pattern":"/"}]}{{ end }}]}',
  '{{ define "e" }}{"endpoint":"{{ .p }}","backend":[{"host":["http://127.0.0.1:8081"],"url_pattern":"/{{ .p | trimPrefix "/" | upper }}"}]}{{ end }}{"version":3,"endpoints":[{{ template "e" dict "p" "/x" }}]}',
  '{"version":3,"name":{{ printf "%q" (cat "a" (repeat 3 "b")) }},"endpoints":[{{ with $x := until 3 }}{{ range $x }}{"endpoint":"/e{{ . }}","backend":[{"host":["http://127.0.0.1:8081"],"url_pattern":"/{{ add . 1 }}"}]}{{ if lt . 2 }},{{ end }}{{ end }}{{ end }}]}',
  '{{/* a comment */}}{"version":3,"timeout":"{{ mul 2 3 }}s","cache_ttl":{{ toJson "1s" }},"endpoints":[{{- include "missing" . -}}]}'
]

function filesBelow (folder, ending) {
  return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(name, ending)
    return entry.name.endsWith(ending) ? [name] : []
  })
}
