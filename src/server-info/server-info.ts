import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ByteSize } from '../graphql/types/scalars.ts';

export enum SignInMode {
  DEV = 'DEV',
  IAP = 'IAP',
  PROXY = 'PROXY',
}
registerEnumType(SignInMode, {
  name: 'SignInMode',
  description:
    "Who says who somebody is: nobody on one's own machine, Google's Identity-Aware Proxy, another proxy.",
});

@ObjectType({ description: 'How people sign in here. The addresses are paths of this origin, or URLs.' })
export class SignIn {
  @Field(() => SignInMode)
  mode!: SignInMode;

  @Field(() => String, {
    nullable: true,
    description:
      'To be opened in a window of its own where a session has expired; null where nobody signs in.',
  })
  signInUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'Null where there is no signing out.' })
  signOutUrl!: string | null;
}

@ObjectType({
  description: 'A format that photos are taken in. What a file is, its content says, not its name.',
})
export class AcceptedFormat {
  @Field()
  contentType!: string;

  @Field(() => [String], { description: 'Of names of such files, with the dot, in lower case.' })
  extensions!: string[];
}

@ObjectType()
export class UploadLimits {
  @Field(() => ByteSize)
  maxFileBytes!: number;

  @Field(() => Int)
  maxImagePixels!: number;

  @Field(() => [AcceptedFormat])
  formats!: AcceptedFormat[];
}

@ObjectType({ description: 'What a client has to know of this service; the same for everybody.' })
export class ServerInfo {
  @Field()
  version!: string;

  @Field(() => SignIn)
  signIn!: SignIn;

  @Field(() => UploadLimits)
  uploads!: UploadLimits;

  @Field(() => Int, { description: 'Days that a photo stays in the trash.' })
  trashDays!: number;
}
