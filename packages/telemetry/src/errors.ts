import createError from '@fastify/error'

/** A pattern names a variable that does not exist here. */
export const FG_ERR_TELEMETRY_VARIABLE = createError('FG_ERR_TELEMETRY_VARIABLE',
  'telemetry/logging: "%s" has the variable %%{%s}, which nothing fills in: use %s')

/** A variable's layout cannot be applied to its value. */
export const FG_ERR_TELEMETRY_LAYOUT = createError('FG_ERR_TELEMETRY_LAYOUT',
  'telemetry/logging: "custom_format" has the layout "%s" for %%{%s}: write one of Go\'s verbs for it, for example %s')

/** A custom format was chosen without a pattern. */
export const FG_ERR_TELEMETRY_NO_PATTERN = createError('FG_ERR_TELEMETRY_NO_PATTERN',
  'telemetry/logging: "%s" is "custom", and "%s" has no pattern with a variable: write one, for example "%s"')

/** A level that does not exist. */
export const FG_ERR_TELEMETRY_LEVEL = createError('FG_ERR_TELEMETRY_LEVEL',
  'telemetry/logging: there is no level "%s": use DEBUG, INFO, WARNING, ERROR or CRITICAL')
