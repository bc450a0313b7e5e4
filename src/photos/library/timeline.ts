import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDateTime } from '../../graphql/types/scalars.ts';

@ObjectType({ description: 'Month of the timeline.' })
export class TimelineMonth {
  @Field({ description: "Month as YYYY-MM, in the photos' local time." })
  month!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({
  description:
    'Photos of one month, as columns instead of objects, so that a month of ten thousand photos is one small response.',
})
export class TimelineStrip {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => [Float], {
    description: 'Aspect ratio (width / height) of each photo, rounded to four decimal places.',
  })
  ratios!: number[];

  @Field(() => [String])
  thumbhashes!: string[];

  @Field(() => [LocalDateTime])
  takenAtLocal!: Date[];

  @Field(() => [String])
  thumbnailUrls!: string[];

  @Field(() => [Boolean])
  favorites!: boolean[];

  @Field(() => String, {
    nullable: true,
    description: 'Cursor to continue from if the month has more photos than requested; otherwise null.',
  })
  endCursor!: string | null;
}
