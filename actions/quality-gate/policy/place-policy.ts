/** Paths of a policy count from the folder that it is for; everything else here counts from the root of the repository. */
import type { Policy } from '@ecs-pipeline/quality'

/** `prefix`: the folder, relative to the root; `.` is the root itself. */
export function placePolicy(policy: Policy, prefix: string): Policy {
  const place = (path: string): string => joined(prefix, path)
  return {
    ...policy,
    checks: policy.checks.map((check) => ({ ...check, folder: place(check.folder) })),
    sizes: policy.sizes.map((size) => ({ ...size, paths: size.paths.map(place) })),
    gates: policy.gates.map((gate) => ({
      ...gate,
      folder: gate.folder === undefined ? undefined : place(gate.folder),
    })),
  }
}

function joined(prefix: string, path: string): string {
  if (prefix === '.') return path
  if (path === '.') return prefix
  return path.startsWith('!') ? `!${prefix}/${path.slice(1)}` : `${prefix}/${path}`
}
