/** The errors of CloudWatch, as it words them where a recording was found. */
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import { ExpressionError } from './expressions/parse.ts'

const $metadata = {}

/** What most refusals of GetMetricData and of the alarm operations are; to query clients its code is ValidationError. */
export const validationError = (message: string): Error =>
  new cloudwatch.ValidationException({ message, $metadata })

export const invalidValue = (message: string): Error =>
  new cloudwatch.InvalidParameterValueException({ message, $metadata })

export const invalidCombination = (message: string): Error =>
  new cloudwatch.InvalidParameterCombinationException({ message, $metadata })

export const missingParameter = (name: string): Error =>
  new cloudwatch.MissingRequiredParameterException({
    message: `The parameter ${name} is required.`,
    $metadata,
  })

export const tooMany = (parameter: string, most: number): Error =>
  validationError(`The collection ${parameter} must not have a size greater than ${most}.`)

export const alarmNotFound = (): Error =>
  new cloudwatch.ResourceNotFound({ message: 'Alarm not found', $metadata })

export const invalidToken = (): Error =>
  new cloudwatch.InvalidNextToken({ message: 'The next token specified is invalid.', $metadata })

/** What is wrong with an expression is the caller's mistake. */
export function checkedExpression<T>(id: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw validationError(`Error in expression '${id}': ${error.message}`)
  }
}
