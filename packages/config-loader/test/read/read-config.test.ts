import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/read/read-config.ts'

t.test('readConfig: refuses devices, pipes with a name, folders and what is too large, wherever they are named', async (t) => {
  const folder = t.testdir({ 'krakend.json': '{"version": 3}', 'main.tmpl': '{{ include "part" }}', partials: {}, settings: {}, templates: {} })
  const at = (name: string) => path.join(folder, name)
  execFileSync('mkfifo', [at('pipe.json')])
  fs.writeFileSync(at('huge.json'), '')
  fs.truncateSync(at('huge.json'), 5 * 1024 ** 3)
  const env = {}
  await t.rejects(readConfig('/dev/zero', { env }), { message: /cannot be read: it is a device, not a regular file/ })
  await t.rejects(readConfig(at('pipe.json'), { env }), { message: /it is a pipe, not a regular file/ })
  await t.rejects(readConfig(at('partials'), { env }), { message: /it is a directory/ })
  await t.rejects(readConfig(at('huge.json'), { env }), { message: /it is larger than 64 MiB/ })
  t.same((await readConfig(at('krakend.json'), { env })).value, { version: 3 })

  fs.symlinkSync('/dev/zero', at('partials/part'))
  const template = (more: object) => readConfig(at('main.tmpl'), { env: { FC_ENABLE: '1', FC_PARTIALS: at('partials'), ...more } })
  await t.rejects(template({}), { message: /it is a device, not a regular file/ })
  fs.symlinkSync('/dev/zero', at('settings/a.json'))
  await t.rejects(template({ FC_SETTINGS: at('settings') }), { message: /it is a device, not a regular file/ })
  fs.symlinkSync('/dev/zero', at('templates/a.tmpl'))
  await t.rejects(template({ FC_TEMPLATES: at('templates') }), { message: /it is a device, not a regular file/ })
})
