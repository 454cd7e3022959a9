import fs from 'node:fs'
import t from 'tap'
import { userAgent, version } from '@floodgate/core'

t.test('version: the one in the manifest', (t) => {
  const manifest = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  t.equal(version, manifest.version)
  t.equal(userAgent, `Floodgate Version ${manifest.version}`)
  t.end()
})
