import { createHash, X509Certificate } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { createAuthority, encryptKey, selfSigned, type Issued } from '@floodgate/testing'

/** Writes the certificates that suites name as `{{certs}}/NAME.pem` and `NAME.key`, and tells their folder. */
export function writeCertificates (parent: string): string {
  const folder = path.join(parent, 'certs')
  fs.mkdirSync(folder)
  const write = (name: string, { cert, key }: Issued) => {
    fs.writeFileSync(path.join(folder, `${name}.pem`), cert)
    fs.writeFileSync(path.join(folder, `${name}.key`), key)
  }
  const a = createAuthority('ca-a')
  const b = createAuthority('ca-b')
  const clients = createAuthority('ca-client')
  const inter = a.intermediate('inter')
  const clientA = clients.issue({ cn: 'client-a', san: [] })
  const leafOnly = inter.issue({ cn: 'server-leaf-only' })
  const all: Record<string, Issued> = {
    'ca-a': a,
    'ca-b': b,
    'ca-client': clients,
    inter,
    'server-a': a.issue({ cn: 'server-a' }),
    'server-b': b.issue({ cn: 'server-b' }),
    'server-rsa': a.issue({ cn: 'server-rsa', key: 'rsa' }),
    'server-wrong-name': a.issue({ cn: 'server-wrong-name', san: ['elsewhere.test'] }),
    'server-cn-only': a.issue({ cn: 'localhost', san: [] }),
    'server-expired': a.issue({ cn: 'server-expired', days: -1 }),
    'server-self': selfSigned({ cn: 'server-self' }),
    'server-leaf-only': leafOnly,
    'server-chain': { cert: leafOnly.cert + inter.cert, key: leafOnly.key },
    'client-a': clientA,
    'client-b': b.issue({ cn: 'client-b', san: [] }),
    'client-c': clients.issue({ cn: 'client-c', san: [] })
  }
  for (const [name, issued] of Object.entries(all)) write(name, issued)
  const texts = {
    'client-encrypted.key': encryptKey(clientA.key, 'secret'),
    'client-both.pem': clientA.cert + clientA.key,
    'empty.pem': '',
    'garbage.pem': 'this is not a certificate\n',
    'bundle.pem': b.cert + a.cert
  }
  for (const [name, text] of Object.entries(texts)) fs.writeFileSync(path.join(folder, name), text)
  return folder
}

/** What suites name as `{{pin.NAME}}`: keys of certificates that `writeCertificates` wrote, as `floodgate.pins` has them. */
export function pinsOf (folder: string): Record<string, string> {
  return Object.fromEntries(['ca-a', 'server-a', 'server-b'].map((name) => {
    const { publicKey } = new X509Certificate(fs.readFileSync(path.join(folder, `${name}.pem`)))
    return [`pin.${name}`, `sha256/${createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64')}`]
  }))
}
