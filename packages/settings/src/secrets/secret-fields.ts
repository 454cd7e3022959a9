/** Headers whose values are secret, in lower case. */
export const secretHeaders: readonly string[] = [
  'authorization', 'proxy-authorization', 'cookie', 'set-cookie',
  'x-api-key', 'api-key', 'apikey', 'x-auth-token', 'x-access-token', 'x-amz-security-token'
]

/** Query parameters whose values are secret, in lower case. */
export const secretParameters: readonly string[] = [
  'access_token', 'refresh_token', 'id_token', 'token', 'jwt', 'api_key', 'apikey', 'api-key', 'x-api-key',
  'client_secret', 'client_assertion', 'secret', 'password', 'passwd', 'pwd', 'passphrase', 'signature', 'sig',
  'x-amz-signature', 'x-amz-security-token', 'x-amz-credential', 'x-goog-signature', 'samlresponse'
]

/** Fields of logged objects whose values are secret wherever they are. */
export const secretFields: readonly string[] = [
  'password', 'passwd', 'pwd', 'passphrase', 'secret', 'client_secret', 'clientSecret', 'token', 'access_token', 'refresh_token', 'id_token',
  'accessToken', 'refreshToken', 'idToken', 'api_key', 'apiKey', 'privateKey', 'private_key', 'cypher_key'
]
