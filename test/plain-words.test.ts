import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { findPhrase } from '../eslint-rules/plain-words.js'

const root = new URL('..', import.meta.url)
const listed = (folder: string): string[] => readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.md')).map((name) => `${folder}${name}`)
// The changelog quotes what was.
const exempt = new Set(['./CHANGELOG.md'])
const files = [...listed('./'), ...listed('docs/'), ...listed('docs/adr/'), ...readdirSync(new URL('packages/', root)).map((name) => `packages/${name}/README.md`)].filter((file) => !exempt.has(file))

t.test('plain words: the documentation has no phrase of eslint-rules/plain-words.js', async (t) => {
  t.ok(files.length > 20, 'the documentation is found')
  for (const file of files) {
    const found = readFileSync(new URL(file, root), 'utf8').split('\n').flatMap((line, i) => {
      const phrase = findPhrase(line)
      return phrase === null ? [] : [`${file}:${i + 1}: write "${phrase.but}" instead of "${phrase.text}"`]
    })
    t.same(found, [], file)
  }
})

t.test('plain words: phrases are found in any case, and correct English is not', async (t) => {
  for (const text of ['Whoever owns it closes it', 'it is read anew', 'this is no IP address']) t.ok(findPhrase(text), text)
  t.ok(findPhrase('nobody asked', true))
  for (const text of ['it is no longer used', 'there is no route', 'it is read again', 'the caller closes it']) t.equal(findPhrase(text), null, text)
})
