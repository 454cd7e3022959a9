// How many modules a gateway loads for the configuration of its first argument until it listens: prints them as JSON, one
// list of file URLs.
import inspector from 'node:inspector'

const session = new inspector.Session()
session.connect()
const modules = new Set()
session.on('Debugger.scriptParsed', ({ params: { url } }) => { if (url.startsWith('file://')) modules.add(url) })
session.post('Debugger.enable')

const { createServer, listen, loadConfiguration } = await import('@floodgate/gateway')
const loaded = await loadConfiguration(process.argv[2])
const app = await createServer(loaded)
await listen(app, loaded.model, 0)
console.log(JSON.stringify([...modules].filter((url) => url !== import.meta.url)))
session.disconnect()
await app.close()
