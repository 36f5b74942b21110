/** The name at the end of an ARN; a plain name is itself. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
