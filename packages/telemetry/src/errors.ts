import createError from '@fastify/error'

/** A pattern uses an unknown variable. */
export const FG_ERR_TELEMETRY_VARIABLE = createError('FG_ERR_TELEMETRY_VARIABLE',
  'telemetry/logging: "%s" has the unknown variable %%{%s}: use %s')

/** A variable's layout cannot be applied to its value. */
export const FG_ERR_TELEMETRY_LAYOUT = createError('FG_ERR_TELEMETRY_LAYOUT',
  'telemetry/logging: "custom_format" has the layout "%s" for %%{%s}: write one of Go\'s verbs for it, for example %s')

/** A custom format was chosen without a pattern. */
export const FG_ERR_TELEMETRY_NO_PATTERN = createError('FG_ERR_TELEMETRY_NO_PATTERN',
  'telemetry/logging: "%s" is "custom", and "%s" has no pattern with a variable: write one, for example "%s"')

/** An unknown level. */
export const FG_ERR_TELEMETRY_LEVEL = createError('FG_ERR_TELEMETRY_LEVEL',
  'telemetry/logging: "%s" is not a known level: use DEBUG, INFO, WARNING, ERROR or CRITICAL')

/** The address of a syslog or GELF server cannot be used. */
export const FG_ERR_TELEMETRY_ADDRESS = createError('FG_ERR_TELEMETRY_ADDRESS', 'the address "%s" cannot be used: write %s')
