import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDateTime } from '../../graphql/types/scalars.ts';

@ObjectType({ description: 'A month of the timeline.' })
export class TimelineMonth {
  @Field({ description: "YYYY-MM, by the photos' local time." })
  month!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({
  description: 'A month as columns, not objects, so that ten thousand photos are one small answer.',
})
export class TimelineStrip {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => [Float], { description: 'width / height of each, rounded to four digits behind the point.' })
  ratios!: number[];

  @Field(() => [String])
  thumbhashes!: string[];

  @Field(() => [LocalDateTime])
  takenAtLocal!: Date[];

  @Field(() => [String])
  thumbnailUrls!: string[];

  @Field(() => [Boolean])
  favorites!: boolean[];

  @Field(() => String, { nullable: true, description: 'Set where the month has more than was asked for.' })
  endCursor!: string | null;
}
