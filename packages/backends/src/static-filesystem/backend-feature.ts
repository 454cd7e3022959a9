import { resolve } from 'node:path'
import { drainBody, withoutQuery, type Backend, type Exchange, type Feature, type FeatureContext } from '@floodgate/core'
import { decodePercent } from '@floodgate/go/url'
import { checkFolder } from './check-folder.ts'
import { sendFile } from './send-file.ts'
import { backendNamespace, type BackendFilesSettings } from './settings.ts'

/** The points where `backend/static-filesystem` attaches: a file answers instead of a host. */
export const backendFeature: Partial<Feature> = {
  exchange (settings: BackendFilesSettings, next: Exchange, backend: Backend, context: FeatureContext): Exchange {
    const wrong = checkFolder(settings.path)
    if (wrong !== null) {
      context.problem([...backend.place, 'extra_config', backendNamespace, 'path'], wrong)
      return next
    }
    const options = { root: resolve(settings.path), listsFolders: settings.directory_listing === true }
    return async function readFile (request) {
      drainBody(request.body)
      const path = decodePercent(withoutQuery(request.target)) ?? ''
      const method = request.method === 'HEAD' ? 'HEAD' : 'GET'
      const { status, headers, body, cause } = await sendFile({ method, headers: request.headers }, path, options)
      if (cause !== null) context.log.error({ err: cause }, 'a file could not be read')
      return { status, headers, body }
    }
  }
}
