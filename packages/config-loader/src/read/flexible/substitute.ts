const reference = /\$(\$?)\{([A-Za-z_]\w*)(:-([^}]*))?\}/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` by environment variables; the default also replaces an empty variable, as
 * in a shell. `$${NAME}` becomes `${NAME}`; other braces stay.
 *
 * @param missing receives the names of variables that are not set and have no default
 */
export function substitute (text: string, env: NodeJS.ProcessEnv, missing: (name: string) => void): string {
  if (!text.includes('${')) return text
  return text.replace(reference, (all, escape: string, name: string, otherwise: string | undefined, fallback: string | undefined) => {
    if (escape !== '') return all.slice(1)
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (otherwise !== undefined) return value || fallback!
    if (value === undefined) missing(name)
    return value ?? ''
  })
}
