import { Type, type Static } from 'typebox'

export const namespace = 'auth/basic'

/** Settings of `auth/basic`, of the service or an endpoint: KrakenD page "Basic authentication". */
export const BasicSettings = Type.Object({
  htpasswd_path: Type.Optional(Type.String({ description: 'File of users and bcrypt hashes, as htpasswd -B writes it; read at start.' })),
  users: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Bcrypt hashes by user, over those of the file.' }))
})
export type BasicSettings = Static<typeof BasicSettings>
