import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { writeFiles } from '@floodgate/testing'
import { checkTlsFiles } from '../../src/files/check-files.ts'
import { readRegularFile } from '../../src/files/read-file.ts'

t.test('readRegularFile: reads a file whole, and those of /proc', async (t) => {
  const { small, large } = writeFiles(t, { small: 'text', large: 'x'.repeat(200_000) })
  t.equal(String(readRegularFile(small!)), 'text')
  t.equal(readRegularFile(large!).length, 200_000)
  t.ok(readRegularFile('/proc/self/maps').length > 1000)
})

t.test('readRegularFile: refuses devices, pipes, folders and what is too large, at once', async (t) => {
  const folder = t.testdir({ small: 'text', folder: {} })
  const at = (name: string) => path.join(folder, name)
  execFileSync('mkfifo', [at('pipe')])
  fs.symlinkSync('/dev/zero', at('link'))
  // As large as a disk, and without a block on it.
  fs.writeFileSync(at('huge'), '')
  fs.truncateSync(at('huge'), 5 * 1024 ** 3)
  for (const [file, code] of [['/dev/zero', 'ENOTFILE'], [at('link'), 'ENOTFILE'], ['/dev/null', 'ENOTFILE'], [at('pipe'), 'ENOTFILE'], [at('folder'), 'EISDIR'], [at('huge'), 'EFBIG'], [at('none'), 'ENOENT']] as const) {
    t.throws(() => readRegularFile(file), { code }, file)
  }
  t.throws(() => readRegularFile(at('small'), 3), { code: 'EFBIG', message: /larger than/ })
  t.equal(readRegularFile(at('small'), 4).length, 4)
  const problems = checkTlsFiles({ caCerts: ['/dev/zero', at('pipe'), at('huge')], clientCerts: [{ certificate: '/dev/zero', privateKey: at('pipe') }] })
  t.match(problems, [/not a regular file/, /not a regular file/, /larger than 16 MiB/, /not a regular file/, /not a regular file/].map((message) => ({ code: 'unreadable-file', message })))
})
