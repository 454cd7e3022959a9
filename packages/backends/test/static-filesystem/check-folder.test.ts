import { join, relative } from 'node:path'
import t from 'tap'
import { checkFolder } from '../../src/static-filesystem/check-folder.ts'

t.test('checkFolder: says what is wrong, with the path as it was looked for', async (t) => {
  const dir = t.testdir({ 'a.txt': 'a' })
  t.equal(checkFolder(dir), null)
  t.equal(checkFolder(relative(process.cwd(), dir)), null)
  t.equal(checkFolder(join(dir, 'a.txt')), `${JSON.stringify(join(dir, 'a.txt'))} is not a folder: name the folder that holds the files`)
  t.equal(checkFolder('no/such'), `there is no folder "no/such" (${JSON.stringify(join(process.cwd(), 'no/such'))}): create it, or correct the path`)
  t.match(checkFolder(join(dir, 'a.txt', 'b')), /cannot be read: .*ENOTDIR/)
})
