import dgram from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Teardown } from './origin.ts'

type Service = [priority: number, weight: number, port: number, target: string]

/** A DNS server for SRV, A and AAAA questions (RFC 1035, RFC 2782, RFC 3596), and what it answers. */
export interface NameServer {
  /** `127.0.0.1:53535` */
  readonly address: string
  /** SRV records by name. */
  readonly records: Map<string, Service[]>
  /** Addresses of both families by name; a name that is in neither map does not exist. */
  readonly addresses: Map<string, string[]>
  /** Seconds that the addresses of a name hold. Default 1. */
  readonly ttls: Map<string, number>
  /** It gives no answers. */
  isSilent: boolean
  /** Resolves with the next question. */
  asked (): Promise<void>
}

const types = { a: 1, aaaa: 28, srv: 33 }

/** Starts a DNS server, until the end of the test. */
export async function startNameServer (t: Teardown, { silent = false } = {}): Promise<NameServer> {
  const socket = dgram.createSocket('udp4')
  t.teardown(() => new Promise<void>((resolve) => { socket.close(() => { resolve() }) }))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let waiting: (() => void)[] = []
  const server: NameServer = {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    records: new Map(),
    addresses: new Map(),
    ttls: new Map(),
    isSilent: silent,
    asked: () => new Promise((resolve) => { waiting = [...waiting, resolve] })
  }

  function find (name: string, type: number): Buffer[] {
    if (type === types.srv) {
      return (server.records.get(name) ?? []).map(([priority, weight, port, target]) =>
        Buffer.concat([priority, weight, port].map(writeShort).concat(writeName(target))))
    }
    const addresses = server.addresses.get(name) ?? []
    if (type === types.a) return addresses.filter((one) => !one.includes(':')).map((one) => Buffer.from(one.split('.').map(Number)))
    return type === types.aaaa ? addresses.filter((one) => one.includes(':')).map(writeIpv6) : []
  }

  socket.on('message', (question, from) => {
    const { name, end } = readName(question, 12)
    const type = question.readUInt16BE(end)
    const isKnown = server.records.has(name) || server.addresses.has(name)
    const ttl = type === types.srv ? 0 : server.ttls.get(name) ?? 1
    const answers = find(name, type).map((data) =>
      Buffer.concat([Buffer.from([0xc0, 12]), ...[type, 1, 0, ttl, data.length].map(writeShort), data]))
    const header = Buffer.from([question[0]!, question[1]!, 0x81, isKnown ? 0x80 : 0x83, 0, 1, ...writeShort(answers.length), 0, 0, 0, 0])
    const message = Buffer.concat([header, question.subarray(12, end + 4), ...answers])
    if (!server.isSilent) socket.send(message, from.port, from.address)
    for (const resolve of waiting.splice(0)) resolve()
  })
  return server
}

function readName (message: Buffer, at: number): { name: string, end: number } {
  const labels: string[] = []
  for (let length = message[at++]!; length > 0; length = message[at++]!) {
    labels.push(message.toString('latin1', at, at + length))
    at += length
  }
  return { name: labels.join('.'), end: at }
}

function writeName (name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  return Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])
}

function writeShort (number: number): Buffer {
  return Buffer.from([number >> 8, number & 255])
}

/** With `::` once at most. */
function writeIpv6 (address: string): Buffer {
  const [before = '', after] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const groups = after === undefined ? before : [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
  return Buffer.concat([...groups].map((group) => writeShort(parseInt(group, 16))))
}
