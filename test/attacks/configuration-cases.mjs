// Damaged configurations, made from a seed, as texts in JSON, YAML or TOML, templates, or bytes.
import { stringify as toToml } from 'smol-toml'
import { stringify as toYaml } from 'yaml'
import { templates } from './configuration-corpus.mjs'
import { mutateBytes } from './mutate-bytes.mjs'

/** A case: `name` of the file, its `bytes`, whether it is a template, whether a gateway is built from it, and whether the command reads it. */
export function configurationCase (random, number, { corpus }) {
  const kind = random.weighted([[55, values], [12, text], [8, yaml], [5, toml], [8, template], [2, deep], [3, binary], [5, odd]])
  const { extension, content } = kind(random, random.of(corpus), corpus)
  return { number, kind: kind.name, name: `c.${extension}`, bytes: Buffer.isBuffer(content) ? content : Buffer.from(content), template: extension === 'tmpl', command: number % 500 === 7 }
}

function values (random, config, corpus) {
  return { extension: 'json', content: JSON.stringify(mutated(random, config, corpus), null, random.of([0, 2])) }
}

function text (random, config) {
  return { extension: 'json', content: mutateBytes(random, Buffer.from(JSON.stringify(config, null, random.of([0, 2]))), random.between(1, 8)) }
}

function yaml (random, config, corpus) {
  const content = Buffer.from(toYaml(mutated(random, config, corpus)))
  return { extension: random.of(['yaml', 'yml']), content: random.chance(0.5) ? mutateBytes(random, content, random.between(1, 5)) : content }
}

function toml (random, config) {
  let content
  try {
    content = toToml(config)
  } catch {
    content = 'version = 3\n[[endpoints]]\nendpoint = "/a"\n'
  }
  return { extension: 'toml', content: mutateBytes(random, Buffer.from(content), random.between(0, 5)) }
}

function template (random) {
  const content = random.of(templates)
  const piece = random.of(['{{', '}}', '{{ end }}', '{{ range . }}', '{{ . }}', '{{ nope }}', '{{ "x', '{{ template "e" . }}', '{{ define "e" }}', '{{ index . 5 }}', '{{ printf "%d%s%*d" 1 }}', '{{ repeat 100000000 "x" }}', '{{ until 100000000 }}', '{{ regexMatch "(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!" }}', '{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}', '{{ div 1 0 }}', '{{ fromJson "[" }}', '{{ include "x" }}', '{{ $x.y.z }}', '{{ (((((1))))) }}'])
  const at = random.between(0, content.length)
  return { extension: 'tmpl', content: random.chance(0.6) ? content.slice(0, at) + piece + content.slice(at) : mutateBytes(random, Buffer.from(content), random.between(1, 6)) }
}

/** Deep or long, more than anybody writes. */
function deep (random, config) {
  const depth = random.of([100, 3000, 30_000])
  const value = random.of([
    () => '['.repeat(depth) + ']'.repeat(depth),
    () => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
    () => '['.repeat(depth),
    () => `"${'x'.repeat(depth * 10)}"`,
    () => `[${'1,'.repeat(depth)}1]`,
    () => `{${Array.from({ length: Math.min(depth, 20_000) }, (_, i) => `"k${i}":${i}`).join(',')}}`,
    () => '9'.repeat(depth),
    () => `1e${'9'.repeat(Math.min(depth, 400))}`
  ])()
  const written = JSON.stringify(config)
  const places = [...written.matchAll(/":(?=["[{\d])/g)].map((match) => match.index + 2)
  const at = places.length > 0 ? random.of(places) : 0
  return { extension: random.of(['json', 'json', 'yaml']), content: written.slice(0, at) + value + (random.chance(0.7) ? ',"z":' : '') + written.slice(at) }
}

function binary (random) {
  return { extension: random.of(['json', 'yaml', 'toml', 'tmpl']), content: random.of([() => random.bytes(random.between(0, 3000)), () => Buffer.alloc(0), () => Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), () => Buffer.from('{}', 'utf16le'), () => Buffer.alloc(5000, ' '), () => Buffer.from([0xff, 0xfe, 0, 0])])() }
}

/** Documents that are none of a gateway. */
function odd (random) {
  const content = random.of(['null', '[]', '1', '"x"', '{}', '{"version":2}', '{"version":3}', '{"version":"3","endpoints":{}}', '{"version":3,"endpoints":[null]}', '{"version":3,"endpoints":[[]]}', '{"version":3,"endpoints":[{"endpoint":1}]}', '{"version":3,"endpoints":[{"endpoint":"/a","backend":[null]}]}', '{"version":3,"endpoints":[{"endpoint":"/a","backend":{}}]}', '{"__proto__":{"version":3}}', '{"constructor":{"prototype":1},"version":3}', 'a: &a [*a, *a]', 'a: &a {b: *a}', '<<: 1', '? [a]\n: b', '--- 1\n--- 2', '%YAML 9\n---\n', '!!js/function x', 'a = 1\na = 2', '[a]\n[[a]]', 'x = 9999999999999999999999', `a: ${'&a '.repeat(50)}1`, `a0: &a0 [1,2,3,4,5,6,7,8,9]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n')}`])
  return { extension: random.of(['json', 'yaml', 'toml', 'yml']), content }
}

const replacements = [null, true, false, 0, -1, 1.5, 1e21, 1e308, 9007199254740991, '', ' ', 'x', '0', '-1s', '99999999h', '1ns', 'http://', '://', 'http://[', 'http://a:99999', '/{', '/}', '/{a}{b}', '/*', '//', '/a/{a}/{a}', '*', '\u0000', '\ud800', '__proto__', 'constructor', '$' + '{X}', '{{ x }}', '/dev/null', '/etc/hostname', '../../..', [], {}, [[]], [null], [{}], { '': 1 }, ['*'], 'no-op', 'GET', 'a'.repeat(5000)]

/** A copy with some keys and values exchanged, moved, removed or of another kind. */
function mutated (random, config, corpus) {
  const copy = structuredClone(config)
  for (let i = random.weighted([[5, 1], [4, 3], [1, 12]]); i > 0; i--) {
    const places = placesOf(copy)
    if (places.length === 0) break
    const { parent, key } = random.of(places)
    random.of([
      () => { parent[key] = random.of(replacements) },
      () => { parent[key] = random.of(replacements) },
      () => { if (Array.isArray(parent)) parent.splice(key, 1); else delete parent[key] },
      () => { if (!Array.isArray(parent)) rename(random, parent, key) },
      () => { parent[key] = structuredClone(random.of(places).parent) },
      () => {
        const other = random.of(placesOf(random.of(corpus)))
        if (other !== undefined) parent[other.key] = structuredClone(other.parent[other.key])
      },
      () => { if (typeof parent[key] === 'string') parent[key] = mutateBytes(random, Buffer.from(parent[key]), 1).toString() },
      () => { if (typeof parent[key] === 'number') parent[key] = random.of([-parent[key], parent[key] * 1e12, `${parent[key]}`, parent[key] + 0.5]) },
      () => { parent[key] = [parent[key]] },
      () => { if (Array.isArray(parent)) parent.push(...structuredClone(parent)) }
    ])()
  }
  return copy
}

function rename (random, parent, key) {
  const value = parent[key]
  delete parent[key]
  const name = random.of([key.toUpperCase(), `${key}x`, key.slice(1), key.replaceAll('_', '-'), key.replace('/', '_'), `_${key}`, '', '__proto__', 'toString', 'extra_config'])
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true })
}

function placesOf (root) {
  const places = []
  const walk = (parent, depth) => {
    if (depth > 30 || places.length > 5000) return
    for (const key of Object.keys(parent)) {
      places.push({ parent, key })
      if (typeof parent[key] === 'object' && parent[key] !== null) walk(parent[key], depth + 1)
    }
  }
  walk(root, 0)
  return places
}
