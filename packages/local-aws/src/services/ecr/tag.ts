/** OCI distribution's rule, which is ECR's too. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

export const isTag = (text: string): boolean => TAG.test(text)
