import { z } from 'zod';

/** The fields of an object resource that this client requests. */
export const objectResource = z.object({
  generation: z.string(),
  size: z.string().regex(/^\d+$/),
  crc32c: z.string(),
  metadata: z.record(z.string(), z.string()).optional(),
});

export type ObjectResource = z.output<typeof objectResource>;

/** The `fields` parameter of a request for an `objectResource`. */
export const OBJECT_FIELDS = 'generation,size,crc32c,metadata';

export const objectList = z.object({
  items: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

export const bucketResource = z.object({
  cors: z
    .array(
      z.object({
        origin: z.array(z.string()).default([]),
        method: z.array(z.string()).default([]),
        responseHeader: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

export type CorsRule = z.output<typeof bucketResource>['cors'][number];

export const errorResponse = z.object({ error: z.object({ message: z.string() }) });
