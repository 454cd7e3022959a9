import { execFileSync } from 'node:child_process'
import { realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findFile } from '../../src/static-filesystem/find-file.ts'

t.test('findFile: regular files and folders below a folder, by their real paths', async (t) => {
  const dir = realpathSync(t.testdir({ files: { 'a.txt': 'a', sub: { 'b.txt': 'b' }, '..data': { 'c.txt': 'c' } }, 'files-too': { 'x.txt': 'x' } }))
  const root = join(dir, 'files')
  symlinkSync(join('..data', 'c.txt'), join(root, 'c.txt'))
  symlinkSync(join(dir, 'files-too'), join(root, 'too'))
  symlinkSync('..', join(root, 'up'))
  symlinkSync('.', join(root, 'self'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  t.match(await findFile(root, '/a.txt'), { kind: 'file', path: join(root, 'a.txt'), modified: Date })
  t.match(await findFile(root, '//sub/./b.txt'), { kind: 'file', path: join(root, 'sub', 'b.txt') })
  t.match(await findFile(root, ''), { kind: 'folder', path: root })
  t.match(await findFile(root, '/c.txt'), { kind: 'file', path: join(root, '..data', 'c.txt') }, 'as volumes of Kubernetes are')
  t.match(await findFile(root, '/self/a.txt'), { kind: 'file' })
  for (const path of ['/..', '/sub/../a.txt', '/up', '/up/files-too/x.txt', '/too', '/too/x.txt', '/pipe', '/..data/c.txt', '/a.txt/b', '/a\0', '/a\\b', '/\udcff']) {
    t.match(await findFile(root, path), { kind: 'missing' }, JSON.stringify(path))
  }
  t.match(await findFile(join(dir, 'none'), '/a.txt'), { kind: 'missing' })
})
