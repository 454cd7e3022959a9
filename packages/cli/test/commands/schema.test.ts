import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { runCommand } from '../support/run-command.ts'

t.test('schema: is the published file', async (t) => {
  const { out } = await runCommand('schema')
  const published = readFileSync(path.resolve(import.meta.dirname, '../../floodgate.schema.json'), 'utf8')
  t.ok(published === out, 'current; else run: node packages/cli/dist/bin.js schema > packages/cli/floodgate.schema.json')
})
