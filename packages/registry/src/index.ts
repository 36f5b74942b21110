/** Brings an image that another tool has built into a registry, over the API of OCI distribution, without docker. */
export * from './push/failures.ts'
export * from './push/push-image.ts'
export * from './source/bad-image.ts'
export * from './source/image-source.ts'
export * from './source/open-image.ts'
