import { join } from 'node:path'
import t, { type Test } from 'tap'
import { render } from '../../src/commands/render.ts'

/** Renders a file of a folder, with these variables in the environment. */
async function run (t: Test, files: Record<string, string>, file: string, env: Record<string, string> = {}) {
  const written = { out: '', err: '' }
  const folder = t.testdir(files)
  for (const [name, value] of Object.entries(env)) {
    process.env[name] = value
    t.teardown(() => { delete process.env[name] })
  }
  const status = await render({ config: join(folder, file) }, {
    out: (text) => { written.out += text },
    err: (text) => { written.err += text },
    outColor: false,
    errColor: false
  })
  return { status, ...written, err: written.err.replaceAll(folder, '') }
}

t.test('render: prints a file that is no template as it is', async (t) => {
  t.same(await run(t, { 'krakend.json': '{"version":  3}' }, 'krakend.json'), { status: 0, out: '{"version":  3}\n', err: '' })
})

t.test('render: prints what a template makes, without checking its settings', async (t) => {
  t.same(await run(t, { 'krakend.tmpl': '{"version": {{ add 3 4 }}}\n' }, 'krakend.tmpl', { FC_ENABLE: '1' }), { status: 0, out: '{"version": 7}\n', err: '' })
})

t.test('render: tells what is wrong in a template, or with its result', async (t) => {
  const failed = await run(t, { 'krakend.tmpl': '{\n  {{ nofun }}' }, 'krakend.tmpl', { FC_ENABLE: '1' })
  t.match(failed, { status: 1, out: '', err: /^\/krakend\.tmpl:2:6 error function "nofun"/ })
  t.match(await run(t, { 'krakend.tmpl': '{\n  "a": {{ 1 }} 2 }' }, 'krakend.tmpl', { FC_ENABLE: '1' }), { status: 1, out: '', err: /^\/krakend\.tmpl:2:16 error the rendered configuration is not valid/ })
  t.match(await run(t, {}, 'none.json'), { status: 1, out: '', err: /there is no such file/ })
})
