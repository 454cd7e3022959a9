const reference = /\$(\$?)\{([A-Za-z_]\w*)(:-([^}]*))?\}/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` by what the environment says; the default stands for an empty variable too,
 * as in a shell. `$${NAME}` becomes `${NAME}`; other braces stay.
 *
 * @param missing gets the names of variables that are neither set nor have a default
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
