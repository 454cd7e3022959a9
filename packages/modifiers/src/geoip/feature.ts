import { createClientIp, setRequestHeader, type Feature } from '@floodgate/core'
import { serverNamespace } from '../plugin-settings.ts'
import { readDatabase, type Locate } from './locate.ts'
import { plugin, type GeoipSettings } from './settings.ts'

const header = 'x-geoip'

/** The points where the plugin attaches. */
export const feature: Partial<Feature> = {
  service (settings: GeoipSettings, { model, problem, warning, onRenew }) {
    const at = ['extra_config', serverNamespace, plugin]
    const { name: names = [], [plugin]: own } = settings
    if (!names.includes(plugin)) {
      warning(at, `has no effect: add ${JSON.stringify(plugin)} to "name"`)
      return undefined
    }
    if (own === undefined) {
      problem(['extra_config', serverNamespace, 'name'], `enables ${JSON.stringify(plugin)}, whose settings are missing: add "geoip": { "citydb_path": … }`)
      return undefined
    }
    const { citydb_path: path } = own
    let locate: Locate
    try {
      locate = readDatabase(path)
    } catch (error) {
      problem([...at, 'citydb_path'], `the database cannot be used: ${(error as Error).message}`)
      return undefined
    }
    onRenew(() => {
      try {
        locate = readDatabase(path)
      } catch (error) {
        throw new Error(`geoip: ${path} cannot be used: ${(error as Error).message}`)
      }
    })
    if (!model.endpoints.some(({ inputHeaders }) => inputHeaders.includes('*') || inputHeaders.includes(header))) {
      warning(at, 'reaches no backend: list "X-Geoip" in the "input_headers" of the endpoints that need it')
    }
    const clientIp = createClientIp(model)
    return {
      onRequest: function addLocation (request, _reply, done) {
        // Replaces what a client sends under this name.
        setRequestHeader(request, header, locate(clientIp(request)))
        done()
      },
      sparesHealth: true
    }
  }
}
