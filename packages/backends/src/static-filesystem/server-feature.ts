import { resolve } from 'node:path'
import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { answerEarly, type Feature, type FeatureContext } from '@floodgate/core'
import { checkFolder } from './check-folder.ts'
import { createPathMatch } from './match-path.ts'
import { sendFile, type FileAnswer, type SendFileOptions } from './send-file.ts'
import { serverNamespace, type ServerFilesSettings } from './settings.ts'
import { tellHidden } from './tell-hidden.ts'

/** The points where `server/static-filesystem` attaches: before all endpoints, except the health endpoint. */
export const serverFeature: Partial<Feature> = {
  service (settings: ServerFilesSettings, context: FeatureContext) {
    const place = [...context.model.place, 'extra_config', serverNamespace]
    const wrong = checkFolder(settings.path)
    if (wrong !== null) context.problem([...place, 'path'], wrong)
    if (!settings.prefix.startsWith('/')) {
      context.problem([...place, 'prefix'], `a path starts with a slash: write ${JSON.stringify(`/${settings.prefix}`)}`)
    }
    if (wrong !== null || !settings.prefix.startsWith('/')) return undefined
    tellHidden(settings, context)
    const match = createPathMatch(settings, context.scope.prefix)
    const options = { root: resolve(settings.path), listsFolders: settings.directory_listing === true }
    addRoutes(settings.prefix.replace(/\/+$/, ''), context)
    return {
      sparesHealth: true,
      onRequest: function serveFiles (request, reply, done) {
        const path = match(request.originalUrl)
        if (path === null) done()
        else serveFile(request, reply, path, options)
      }
    }
  }
}

function serveFile (
  request: FastifyRequest,
  reply: FastifyReply,
  { below, whole, query }: { readonly below: string, readonly whole: string, readonly query: string },
  options: Omit<SendFileOptions, 'requested'>
): void {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD') {
    reply.header('allow', 'GET, HEAD')
    answerEarly(request, reply, 405)
    return
  }
  const send = ({ status, headers, body, cause }: FileAnswer): void => {
    if (cause !== null) request.log.error({ err: cause }, 'a file could not be read')
    if (headers['location'] !== undefined) headers['location'] += query
    reply.code(status).headers(headers).send(body ?? undefined)
  }
  sendFile({ method, headers }, below, { ...options, requested: whole }).then(send).catch((error: unknown) => { reply.send(error) })
}

/**
 * Routes for the paths of files, so that the hook above is reached in apps whose requests without a route are not the
 * gateway's. Where an endpoint has the same path, its route is enough.
 */
function addRoutes (prefix: string, { scope, model }: FeatureContext): void {
  for (const method of ['GET', 'HEAD'] as const) {
    for (const url of prefix === '' ? ['/*'] : [prefix, `${prefix}/*`]) {
      if (model.endpoints.some((endpoint) => endpoint.method === method && endpoint.path === url)) continue
      const path = url.replaceAll(':', '::')
      if (scope.hasRoute({ method: method as HTTPMethods, url: `${scope.prefix}${path}` })) continue
      scope.route({
        method,
        url: path,
        exposeHeadRoute: false,
        schema: { hide: true } as object,
        // Only what `skip` names gets here.
        handler: (_request, reply) => { reply.callNotFound() }
      })
    }
  }
}
