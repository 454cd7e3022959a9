/** Shapes of `server/static-filesystem` and `backend/static-filesystem`: KrakenD Enterprise page "Serving static content". */
export const serverNamespace = 'server/static-filesystem'
export const backendNamespace = 'backend/static-filesystem'

const path = {
  type: 'string',
  minLength: 1,
  description: 'Folder with the files, absolute or relative to the working directory. It must exist at the start.'
} as const
const listing = {
  type: 'boolean',
  default: false,
  description: 'Answers requests for a folder without `index.html` with a list of its files; otherwise 404.'
} as const

export const ServerFilesSettings = {
  type: 'object',
  properties: {
    prefix: {
      type: 'string',
      minLength: 1,
      description: 'Start of the paths that are answered with files, by whole segments: `/media` is for `/media/logo.svg`, not for `/mediator`. The prefix is not part of the file\'s path. With `/` every path is.'
    },
    path,
    skip: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description: 'Starts of paths below the prefix that are left to the endpoints.'
    },
    directory_listing: listing
  },
  required: ['prefix', 'path']
} as const

export interface ServerFilesSettings {
  readonly prefix: string
  readonly path: string
  readonly skip?: readonly string[]
  readonly directory_listing?: boolean
}

export const BackendFilesSettings = { type: 'object', properties: { path, directory_listing: listing }, required: ['path'] } as const

export interface BackendFilesSettings {
  readonly path: string
  readonly directory_listing?: boolean
}
