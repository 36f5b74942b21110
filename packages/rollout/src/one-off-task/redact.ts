import type { ContainerOverride } from './port.ts'

/** Shorter ones are words such as `true` and `info`: without them a log could not be read. */
const SHORTEST = 8
const STARS = '***'

/** Takes the values of overridden environment variables out of texts that a container or ECS may have put them in. */
export function redactor(overrides: readonly ContainerOverride[]): (text: string) => string {
  const values = overrides.flatMap(({ environment = [] }) => environment.map(({ value }) => value))
  // A log has a value of several lines line by line.
  const parts = values.flatMap((value) => [value, ...value.split(/\r?\n/)])
  const secrets = [...new Set(parts)]
    .filter((part) => part.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, STARS), text)
}
